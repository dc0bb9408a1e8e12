import type {InspectionEntry} from '../model/inspection.ts'

/** What an app and the page that looks at it say to each other. */
export type PageWord =
  /** A page is there, said again and again. */
  | {readonly type: 'page.here'; readonly page: string}
  | {readonly type: 'page.gone'; readonly page: string}
  /** An app is there; answers a page, and is said when it begins. */
  | {readonly type: 'app.here'; readonly app: string; readonly title: string}
  | {readonly type: 'app.gone'; readonly app: string}
  /** What happened, in order; to one page: how everything is now, to begin a recording with. */
  | {
      readonly type: 'app.told'
      readonly app: string
      readonly title: string
      readonly to: string | undefined
      readonly entries: readonly InspectionEntry[]
    }

/** So much of a BroadcastChannel as is used. It reaches pages of the same origin and nobody else. */
export type PageChannel = {
  postMessage(word: PageWord): void
  addEventListener(type: 'message', listener: (message: {readonly data: unknown}) => void): void
  close(): void
}

/** Channel that apps and pages meet on when nobody names another. */
export const INSPECTOR_CHANNEL = 'keepspace-inspector'
/** A page says this often that it is there. */
export const PAGE_SAYS_EVERY_MS = 4_000
/** A page that said nothing for so long is gone. Pages in the background are slowed down to one word a minute. */
export const PAGE_GONE_AFTER_MS = 70_000

/** What another page of this origin sent, when it is a word of ours. */
export function wordOf(data: unknown): PageWord | undefined {
  const isWord =
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    /^(page|app)\.(here|gone|told)$/.test(String(data.type))
  return isWord ? (data as PageWord) : undefined
}
