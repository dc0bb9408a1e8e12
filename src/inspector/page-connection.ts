import {engineOf} from '../host/engines.ts'
import type {Keepspace, Undo} from '../model/handles.ts'
import type {InspectionEntry} from '../model/inspection.ts'
import type {ProjectionOptions} from '../model/projection.ts'
import {listenToCharts} from './listening.ts'
import {INSPECTOR_CHANNEL, PAGE_GONE_AFTER_MS, type PageChannel, wordOf} from './page-words.ts'
import type {InspectorConnection} from './window-connection.ts'

export type PageConnectionOptions = ProjectionOptions & {
  /** What the page calls this app. @defaultValue the namespace */
  readonly title?: string
  /** @defaultValue a BroadcastChannel, which reaches pages of the same origin only */
  readonly channel?: PageChannel
}

/** Entries that come within this time go together. */
const TOGETHER_MS = 100

/**
 * Lets inspector pages of the same origin look at a Keepspace. While none is open nobody listens to the charts, so it
 * may be there in production too.
 */
export function inspectInPages(keepspace: Keepspace, options: PageConnectionOptions = {}): InspectorConnection {
  const {namespace, tabId: app, lifecycle} = engineOf(keepspace).options
  const {title = namespace, channel = new BroadcastChannel(INSPECTOR_CHANNEL)} = options
  const {time} = keepspace
  const seenAtMs = new Map<string, number>()
  let waiting: InspectionEntry[] = []
  let endListening: Undo | undefined
  let timer: unknown

  const sendWaiting = () => {
    time.clearTimeout(timer)
    timer = undefined
    if (waiting.length > 0) {
      channel.postMessage({type: 'app.told', app, title, to: undefined, entries: waiting})
      waiting = []
    }
  }
  const add = (entry: InspectionEntry) => {
    waiting.push(entry)
    timer ??= time.setTimeout(() => {
      sendWaiting()
      forgetSilentPages()
    }, TOGETHER_MS)
  }
  /** A page that comes is told how everything is, apart from the others, who know it. */
  const welcome = (page: string) => {
    sendWaiting()
    endListening?.()
    endListening = listenToCharts(keepspace, add, options)
    channel.postMessage({type: 'app.told', app, title, to: page, entries: waiting})
    waiting = []
  }
  const rest = () => {
    endListening?.()
    endListening = undefined
    waiting = []
    time.clearTimeout(timer)
    timer = undefined
  }
  const forgetSilentPages = () => {
    for (const [page, atMs] of seenAtMs) {
      if (time.now() - atMs > PAGE_GONE_AFTER_MS) {
        seenAtMs.delete(page)
      }
    }
    if (seenAtMs.size === 0) {
      rest()
    }
  }
  channel.addEventListener('message', ({data}) => {
    const word = wordOf(data)
    if (word?.type === 'page.here') {
      const isKnown = seenAtMs.has(word.page)
      seenAtMs.set(word.page, time.now())
      if (!isKnown) {
        welcome(word.page)
      }
    } else if (word?.type === 'page.gone' && seenAtMs.delete(word.page) && seenAtMs.size === 0) {
      rest()
    }
  })
  channel.postMessage({type: 'app.here', app, title})
  // A page that comes back from the browser's cache goes on telling.
  const endFollowing = lifecycle.subscribe((event) => {
    if (event === 'leaving') {
      sendWaiting()
      channel.postMessage({type: 'app.gone', app})
    }
  })
  return {
    stop: () => {
      endFollowing()
      rest()
      channel.postMessage({type: 'app.gone', app})
      channel.close()
    },
  }
}
