import {fileURLToPath} from 'node:url'
import {type RawBrowser, type RawTab, startRawBrowser} from '../demo/support/raw-browser.ts'
import type {Engine} from '../kill/killable-browser.ts'
import {type PageServer, servePage} from '../kill/page-server.ts'
import type {DiskPage} from './disk-page.ts'

type Methods = {readonly [Name in keyof DiskPage]: DiskPage[Name]}

/** A tab with the product in it. */
export type DiskTab = RawTab & {
  call<Name extends keyof Methods>(
    name: Name,
    ...args: Parameters<Methods[Name]>
  ): Promise<Awaited<ReturnType<Methods[Name]>>>
}

/** One life of a browser on a profile that outlives it. */
export type DiskBrowser = {
  /** Opens the page in a tab of its own. @param site - another address of the same server */
  open(query?: string, site?: string): Promise<DiskTab>
  quit(): Promise<void>
  kill(): Promise<void>
}

const WAIT_MS = 20_000

/** Serves the page of these tests. */
export function serveDiskPage(): Promise<PageServer> {
  return servePage({
    page: fileURLToPath(new URL('./page.ts', import.meta.url)),
    order: () => ({}),
    heard: () => undefined,
  })
}

/** Starts Chromium with one of its two engines of IndexedDB. */
export async function startDiskBrowser(options: {
  readonly url: string
  readonly profile: string
  readonly engine: Engine
}): Promise<DiskBrowser> {
  const {url, profile, engine} = options
  const flag = `--${engine === 'sqlite' ? 'enable' : 'disable'}-features=IdbSqliteBackingStore`
  const browser: RawBrowser = await startRawBrowser({profile, flags: [flag]})
  return {
    open: async (query = '', site = url) => {
      const tab = await browser.open(site + query)
      await until(() => tab.evaluate<boolean>('"disk" in window'))
      return {
        ...tab,
        call: (name, ...args) => tab.evaluate(`disk.${name}(...${JSON.stringify(args)})`),
      }
    },
    quit: browser.quit,
    kill: browser.kill,
  }
}

/** Asks until the answer is yes. */
export async function until(ask: () => Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + WAIT_MS
  while (!(await ask())) {
    if (Date.now() > endsAt) {
      throw new Error(`Not within ${WAIT_MS} ms: ${ask}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
