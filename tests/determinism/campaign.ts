import {execFile} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {build} from 'vite'
import type {Drawn} from './traces.ts'

/** What one Node made of the histories. */
type Place = {readonly name: string; readonly digests: readonly string[]}

const MAX_ANSWER_BYTES = 10_000_000

/** Runs the same histories in every Node that is given by its path. */
export async function runInNodes(drawn: Drawn, nodes: readonly string[]): Promise<readonly Place[]> {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-traces-'))
  try {
    const bundle = await bundleTraces(folder)
    const places: Place[] = []
    for (const node of nodes) {
      places.push(await runInNode(node, bundle, drawn))
    }
    return places
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** The positions of the histories of which not every place made the same. */
export function differences([first, ...others]: readonly Place[]): readonly number[] {
  return (first?.digests ?? []).flatMap((digest, index) =>
    others.every(({digests}) => digests[index] === digest) ? [] : index,
  )
}

async function bundleTraces(outDir: string): Promise<string> {
  await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    define: {'process.env.NODE_ENV': '"production"'},
    build: {
      ssr: fileURLToPath(new URL('./traces.ts', import.meta.url)),
      outDir,
      target: 'node20',
      minify: false,
      rolldownOptions: {output: {entryFileNames: 'traces.mjs'}},
    },
    ssr: {noExternal: true},
  })
  return join(outDir, 'traces.mjs')
}

async function runInNode(node: string, bundle: string, drawn: Drawn): Promise<Place> {
  const script = `import {traceDigests} from ${JSON.stringify(bundle)}
    console.log(JSON.stringify({name: 'Node ' + process.version, digests: await traceDigests(${JSON.stringify(drawn)})}))`
  const {stdout} = await promisify(execFile)(node, ['--input-type=module', '--eval', script], {
    maxBuffer: MAX_ANSWER_BYTES,
  })
  return JSON.parse(stdout)
}
