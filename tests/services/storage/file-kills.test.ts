import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {build} from 'vite'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {fileStorage} from '../../../src/file.ts'
import {openedWorkload} from './file-kill-check.ts'
import {createRandom} from './file-workload.ts'

/** A long campaign sets more: `KEEPSPACE_KILLS=1000`. */
const kills = Number(process.env.KEEPSPACE_KILLS ?? 30)
const limitPerKillMs = 5_000

let folder = ''
const random = createRandom(kills)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepspace-kills-'))
  await buildWriter()
}, 60_000)

afterAll(() => rm(folder, {recursive: true, force: true}))

test(`a process that commits over several groups and is killed ${kills} times loses no acknowledged commit and tears none`, {
  timeout: kills * limitPerKillMs,
}, async () => {
  const directory = join(folder, 'store')
  const counts = {kills: 0, whileOpening: 0, unanswered: 0}
  let acknowledged = 0
  while (counts.kills < kills) {
    const life = await writeUntilKilled(directory, acknowledged)
    expect(life.complaints).toEqual([])
    acknowledged = Math.max(acknowledged, ...life.numbers)
    counts.kills += 1
    counts.whileOpening += life.numbers.length === 0 ? 1 : 0
    // Every second time the next process finds what the killed one left; else it is checked and mended here.
    if (random() < 0.5) {
      const shown = await check(directory, acknowledged)
      counts.unanswered += shown - acknowledged
      acknowledged = shown
    }
  }
  await check(directory, acknowledged)
  expect(acknowledged).toBeGreaterThan(kills)
  process.stdout.write(`${JSON.stringify({...counts, commits: acknowledged})}\n`)
})

/** One life of the writer: killed while it opens, or after some commits. */
async function writeUntilKilled(directory: string, acknowledged: number) {
  const child = spawn(process.execPath, [join(folder, 'writer.mjs'), directory, String(acknowledged)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const lines: string[] = []
  const commitsToWait = random() < 0.25 ? 0 : 1 + Math.floor(random() * 8)
  const hasCommitted = new Promise<void>((resolve) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      lines.push(line)
      const commits = lines.filter((candidate) => candidate.startsWith('acknowledged'))
      if (commits.length >= commitsToWait) {
        resolve()
      }
    })
  })
  const isEarly = commitsToWait === 0
  await (isEarly ? undefined : Promise.race([hasCommitted, exit]))
  await delay(isEarly ? random() * 250 : random() * 30)
  child.kill('SIGKILL')
  await exit
  return {
    numbers: lines.flatMap((line) => (/^(acknowledged|opened) /.test(line) ? [Number(line.split(' ')[1])] : [])),
    complaints: lines.filter((line) => !/^(acknowledged|opened) \d+$/.test(line)),
  }
}

async function check(directory: string, acknowledged: number): Promise<number> {
  const port = await fileStorage({directory}).open()
  try {
    return (await openedWorkload(port, directory, acknowledged)).shown
  } finally {
    await port.close()
  }
}

/** Node runs no TypeScript: the writer is bundled from the source as it is now. */
async function buildWriter(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: fileURLToPath(new URL('./file-writer-process.ts', import.meta.url)),
      outDir: folder,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: {output: {entryFileNames: 'writer.mjs'}},
    },
  })
}
