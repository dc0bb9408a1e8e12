import type {Time} from '../model/time.ts'
import {systemTime} from '../services/time/system-time.ts'
import {INSPECTOR_CHANNEL, PAGE_SAYS_EVERY_MS, type PageChannel, type PageWord, wordOf} from './page-words.ts'
import {createGrowingRecording, type GrowingRecording, type Recording} from './recording.ts'

/** An app that can be looked at. */
export type InspectedApp = {readonly id: string; readonly title: string; readonly read: () => Recording}

export type PageReceiverOptions = {
  /** So many entries are kept of each app. @defaultValue 5,000 */
  readonly capacity?: number
  readonly channel?: PageChannel
  readonly time?: Time
  /** Names this page among others. @defaultValue random */
  readonly id?: string
}

/** The receiving end of {@link inspectInPages}. */
export type PageReceiver = {
  /** Apps that told something, the oldest first; also the few that ended last. */
  apps(): readonly InspectedApp[]
  stop(): void
}

/** Of apps that ended so many recordings are kept: every reload of a page ends one. */
const KEPT_ENDED = 3

/** Records every app of this origin that lets pages look at it. */
export function receiveInspection(options: PageReceiverOptions = {}): PageReceiver {
  const {capacity, channel = new BroadcastChannel(INSPECTOR_CHANNEL), time = systemTime} = options
  const page = options.id ?? crypto.randomUUID()
  const apps = new Map<string, {readonly title: string; readonly recording: GrowingRecording}>()
  const ended = new Set<string>()
  let timer: unknown

  const sayHere = () => {
    channel.postMessage({type: 'page.here', page})
    timer = time.setTimeout(sayHere, PAGE_SAYS_EVERY_MS)
  }
  const end = (app: string) => {
    if (apps.has(app)) {
      ended.add(app)
    }
    for (const [oldest] of ended.size > KEPT_ENDED ? ended.entries() : []) {
      apps.delete(oldest)
      ended.delete(oldest)
      break
    }
  }
  const hear = (word: PageWord | undefined) => {
    if (word?.type === 'app.here') {
      channel.postMessage({type: 'page.here', page})
    } else if (word?.type === 'app.gone') {
      end(word.app)
    } else if (word?.type === 'app.told' && (word.to === undefined || word.to === page)) {
      const known = word.to === undefined ? apps.get(word.app) : undefined
      const app = known ?? {title: word.title, recording: createGrowingRecording(capacity)}
      apps.set(word.app, app)
      ended.delete(word.app)
      for (const entry of word.entries) {
        app.recording.add(entry)
      }
    }
  }
  channel.addEventListener('message', ({data}) => hear(wordOf(data)))
  sayHere()
  return {
    apps: () => [...apps].map(([id, {title, recording}]) => ({id, title, read: recording.read})),
    stop: () => {
      time.clearTimeout(timer)
      channel.postMessage({type: 'page.gone', page})
      channel.close()
    },
  }
}
