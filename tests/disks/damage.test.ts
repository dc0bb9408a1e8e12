import {cp, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {Engine} from '../kill/killable-browser.ts'
import {type Damage, damageSite, damages} from './damage.ts'
import {type DiskTab, serveDiskPage, startDiskBrowser} from './disk-browser.ts'

const texts = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((id) => [id, `${id} `.repeat(1_500)]))

/** Each is a host of its own, with files of its own; `forgetful` is emptied and has no witness either. */
const hosts = [...(Object.keys(damages) as Damage[]), 'untouched', 'forgetful'] as const
type Host = (typeof hosts)[number]

/** What a person is shown, in one word: everything, less with a word about it, or less without one. */
type Verdict = 'whole' | 'told' | 'silent'

test.each<Engine>(['leveldb', 'sqlite'])(
  'damaged files of %s never take anything away without a word, and nothing is written over what is gone',
  async (engine) => {
    const {verdicts, saved} = await runDamage(engine)
    const lossy = Object.keys(damages).filter((host) => verdicts.get(host as Host) !== 'whole')

    expect(verdicts.get('untouched')).toBe('whole')
    expect(verdicts.get('emptied')).toBe('told')
    expect([...verdicts].filter(([, verdict]) => verdict === 'silent')).toEqual([['forgetful', 'silent']])
    expect(lossy.length, 'the damage does nothing').toBeGreaterThan(1)
    expect(saved.get('emptied')).toMatchObject({code: 'storage.emptied'})
  },
)

async function runDamage(engine: Engine) {
  const folder = await mkdtemp(join(tmpdir(), 'keepspace-damage-'))
  const profile = join(folder, 'profile')
  const stored = join(profile, 'Default', 'IndexedDB')
  const asKilled = join(folder, 'as killed')
  await using server = await serveDiskPage()
  const port = new URL(server.url).port
  const start = () => startDiskBrowser({url: server.url, profile, engine})
  const openAll = async (
    browser: Awaited<ReturnType<typeof start>>,
    visit: (tab: DiskTab, host: Host) => Promise<void>,
  ) => {
    for (const host of hosts) {
      await visit(await browser.open('', `http://${host.toLowerCase()}.localhost:${port}/`), host)
    }
  }
  let browser = await start()
  try {
    await openAll(browser, async (tab, host) => {
      await tab.call('open')
      for (const [id, text] of Object.entries(texts)) {
        await tab.call('edit', {[id]: text})
        expect((await tab.call('save')).status).toBe('saved')
      }
      if (host === 'forgetful') {
        await tab.evaluate(forget)
      }
    })
    // As a kill leaves it, logs and all; the browser quits in order all the same, so that the witness is on disk.
    await cp(stored, asKilled, {recursive: true})
    await browser.quit()
    await rm(stored, {recursive: true})
    await cp(asKilled, stored, {recursive: true})
    for (const host of hosts.filter((name) => name !== 'untouched')) {
      damageSite(profile, `http_${host.toLowerCase()}.localhost_${port}`, host === 'forgetful' ? 'emptied' : host)
    }

    browser = await start()
    const verdicts = new Map<Host, Verdict>()
    const saved = new Map<Host, unknown>()
    await openAll(browser, async (tab, host) => {
      const code = await tab.call('open')
      verdicts.set(host, await verdictOf(tab, code))
      saved.set(host, {code})
    })
    return {verdicts, saved}
  } finally {
    await browser.kill()
    await rm(folder, {recursive: true, force: true, maxRetries: 5})
  }
}

/** Takes the witnesses away for good: without them nobody can tell emptied from new. */
const forget = `localStorage.clear(); for (const cookie of document.cookie.split('; ')) {
  document.cookie = cookie.split('=')[0] + '=; path=/; max-age=0'
}
Storage.prototype.setItem = () => undefined
Object.defineProperty(document, 'cookie', {get: () => '', set: () => undefined})`

async function verdictOf(tab: DiskTab, code: string | undefined): Promise<Verdict> {
  const isWhole = async () => {
    const found = await tab.call('read')
    return Object.entries(texts).every(([id, text]) => found[id] === text)
  }
  if (code === undefined && (await isWhole())) {
    return 'whole'
  }
  const {restore, told} = await tab.call('look')
  const isTold =
    code !== undefined ||
    restore.emptied.includes('w' as never) ||
    restore.regressedCount > 0 ||
    told.some((word) => word.startsWith('restore.') || word === 'records_quarantined')
  return isTold ? 'told' : 'silent'
}
