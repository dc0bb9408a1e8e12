import {join} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import {browserVersion, type Engine} from '../kill/killable-browser.ts'
import {type DiskBrowser, serveDiskPage, startDiskBrowser, until} from './disk-browser.ts'
import type {Look} from './disk-page.ts'
import {mountSmallDisk} from './small-disk.ts'

const DISK_MEGABYTES = 150
/** Chromium's LevelDB empties a store at the launch after the one in which it met the damage. */
const RELAUNCHES = 3

const before = {a: 'before the disk was full'}
const during = {a: 'typed while the disk was full'}
/** What is typed and acknowledged when there is room again. */
export const after = {a: 'typed when there was room', b: 'new'}

/** How work goes on once there is room: in the same page, or in a browser that was killed on the full disk. */
export type GoesOn = 'samePage' | 'relaunched'

export type FullDisk = {
  /** What the page said of the save for which there was no room. */
  readonly told: {readonly save: {readonly status: string; readonly code: string | undefined}; readonly look: Look}
  /** What another tab said of what that one typed. */
  readonly told2: Look
  /** What a browser launched on the disk with room again found; only of one that was killed on the full disk. */
  readonly found: Readonly<Record<string, string | null>> | undefined
  /** What each launch after the last kill found. */
  readonly kept: readonly Readonly<Record<string, string | null>>[]
}

/** Fills the disk under two tabs, frees it, saves, kills the browser, and looks at what comes back. */
export async function runFullDisk(engine: Engine, query: string, goesOn: GoesOn = 'samePage'): Promise<FullDisk> {
  using disk = mountSmallDisk(DISK_MEGABYTES)
  await using server = await serveDiskPage()
  const profile = join(disk.path, 'profile')
  const start = () => startDiskBrowser({url: server.url, profile, engine})
  let browser: DiskBrowser = await start()
  try {
    const other = await browser.open(query)
    await other.call('open')
    let tab = await browser.open(query)
    await tab.call('open')
    await tab.call('edit', before)
    assertSaved(await tab.call('save'))
    await until(async () => (await tab.call('look')).level === 'flushed')

    disk.fill()
    await tab.call('edit', during)
    const told = {save: await tab.call('save'), look: await tab.call('look')}
    const told2 = await other.call('look')

    let found: FullDisk['found']
    if (goesOn === 'relaunched') {
      await browser.kill()
      disk.free()
      browser = await start()
      tab = await browser.open(query)
      await tab.call('open')
      found = await tab.call('read')
    } else {
      disk.free()
    }
    await tab.call('edit', after)
    await until(async () => (await tab.call('save')).status === 'saved')
    await until(async () => (await tab.call('look')).level !== 'unsaved')
    await browser.kill()

    const kept: FullDisk['kept'][number][] = []
    for (let launch = 0; launch < RELAUNCHES; launch += 1) {
      browser = await start()
      const next = await browser.open(query)
      await next.call('open')
      kept.push(await next.call('read'))
      await browser.kill()
    }
    return {told, told2, found, kept}
  } finally {
    await browser.kill()
  }
}

/** The result of a campaign, in numbers. */
export type DiskResult = {
  readonly engine: Engine
  readonly cycles: number
  /** Launches after which something acknowledged was not there. */
  readonly lost: number
  /** Cycles in which a person was told of the full disk, and nothing typed on it counted as saved. */
  readonly told: number
}

/** Fills small disks again and again; every second time the browser is killed on the full disk. */
export async function runDiskCampaign({
  engine,
  cycles,
  announce = () => undefined,
}: {
  readonly engine: Engine
  readonly cycles: number
  readonly announce?: (progress: string) => void
}): Promise<{readonly result: DiskResult; readonly faults: readonly string[]; readonly browser: string}> {
  const faults: string[] = []
  let lost = 0
  let told = 0
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const goesOn = cycle % 2 === 0 ? 'relaunched' : 'samePage'
    const run = await runFullDisk(engine, '', goesOn)
    told += isTold(run) ? 1 : 0
    if (!isTold(run)) {
      faults.push(`cycle ${cycle}, ${goesOn}: nobody was told, ${JSON.stringify(run.told)}`)
    }
    // What was typed on the full disk was not acknowledged; it may be there all the same.
    const launches = [...(run.found === undefined ? [] : [run.found.a === before.a || run.found.a === during.a])]
    launches.push(...run.kept.map((kept) => isDeepStrictEqual(kept, after)))
    const losses = launches.filter((isWhole) => !isWhole).length
    lost += losses
    if (losses > 0) {
      faults.push(`cycle ${cycle}, ${goesOn}: ${JSON.stringify({found: run.found, kept: run.kept})}`)
    }
    announce(`cycle ${cycle}: ${JSON.stringify({lost, told})}`)
  }
  return {result: {engine, cycles, lost, told}, faults, browser: browserVersion()}
}

const isTold = ({told: {save, look}, told2}: FullDisk): boolean =>
  save.code === 'storage.quota' && look.level === 'unsaved' && look.health === 'quota' && told2.level === 'unsaved'

function assertSaved({status, code}: {readonly status: string; readonly code: string | undefined}): void {
  if (status !== 'saved') {
    throw new Error(`Nothing can be saved on a disk with room: ${status}, ${code}`)
  }
}
