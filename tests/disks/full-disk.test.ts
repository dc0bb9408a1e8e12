import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {Engine} from '../kill/killable-browser.ts'
import {serveDiskPage, startDiskBrowser, until} from './disk-browser.ts'
import {mountSmallDisk} from './small-disk.ts'

const DISK_MEGABYTES = 150
/** Chromium's LevelDB empties a store at the launch after the one in which it met the damage. */
const RELAUNCHES = 3

const before = {a: 'before the disk was full'}
const during = {a: 'typed while the disk was full'}
const after = {a: 'typed when there was room', b: 'new'}

test.each<Engine>(['leveldb', 'sqlite'])(
  'a full disk under %s is told, nothing counts as saved until there is room and storage is healed, and then it stays',
  async (engine) => {
    const {told, told2, kept} = await runFullDisk(engine, '')

    expect(told.save).toEqual({status: 'failed', code: 'storage.quota'})
    expect(told.look).toMatchObject({level: 'unsaved', save: 'failed', code: 'storage.quota', health: 'quota'})
    expect(told.look.advice).toMatch(/^Free space on this device/)
    expect(told2).toMatchObject({level: 'unsaved'})
    expect(kept).toEqual(Array.from({length: RELAUNCHES}, () => after))
  },
)

test('where storage is healed at the launch alone, LevelDB loses all that was acknowledged: the heal is needed again', async () => {
  const {kept} = await runFullDisk('leveldb', '?healedOnce')
  expect(kept.at(-1), 'this browser loses nothing without the second heal: it is not needed any more').toEqual({})
})

/** Fills the disk under two tabs, frees it, saves in the same page, kills the browser, and looks at what comes back. */
async function runFullDisk(engine: Engine, query: string) {
  using disk = mountSmallDisk(DISK_MEGABYTES)
  await using server = await serveDiskPage()
  const profile = join(disk.path, 'profile')
  const start = () => startDiskBrowser({url: server.url, profile, engine})
  let browser = await start()
  try {
    const other = await browser.open(query)
    await other.call('open')
    const tab = await browser.open(query)
    await tab.call('open')
    await tab.call('edit', before)
    expect((await tab.call('save')).status).toBe('saved')
    await until(async () => (await tab.call('look')).level === 'flushed')

    disk.fill()
    await tab.call('edit', during)
    const told = {save: await tab.call('save'), look: await tab.call('look')}
    const told2 = await other.call('look')

    disk.free()
    await tab.call('edit', after)
    await until(async () => (await tab.call('save')).status === 'saved')
    await until(async () => (await tab.call('look')).level !== 'unsaved')
    await browser.kill()

    const kept: unknown[] = []
    for (let launch = 0; launch < RELAUNCHES; launch += 1) {
      browser = await start()
      const next = await browser.open(query)
      await next.call('open')
      kept.push(await next.call('read'))
      await browser.kill()
    }
    return {told, told2, kept}
  } finally {
    await browser.kill()
  }
}
