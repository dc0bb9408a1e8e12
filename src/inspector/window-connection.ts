import {createStatelyTranslator} from '../host/stately-events.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {Keepspace} from '../model/handles.ts'
import type {ProjectionOptions} from '../model/projection.ts'
import {createBacklog} from './backlog.ts'
import {listenToCharts} from './listening.ts'

/** Something that is told of every chart. */
export type InspectorConnection = {
  /** Ends it for good: nothing is sent, awaited or tried again. */
  stop(): void
}

export type WindowConnectionOptions = ProjectionOptions & {
  /** The page of the inspector. @defaultValue `https://stately.ai/inspect` */
  readonly url?: string
  /** Shows the page in this frame instead of a window of its own. */
  readonly iframe?: HTMLIFrameElement
  /** So many events are kept for a page that comes later. @defaultValue 2,000 */
  readonly capacity?: number
}

const HOSTED = 'https://stately.ai/inspect'
export const DEFAULT_CAPACITY = 2_000

/**
 * Opens the inspector of Stately, or any page that receives with `createBrowserReceiver`, in a window and tells it of
 * every chart. Only that page is told: messages go to its origin and are heard from it alone.
 *
 * @throws {@link KeepspaceError} `usage` outside of a browser, and when the browser refused the window
 */
export function inspectInWindow(keepspace: Keepspace, options: WindowConnectionOptions = {}): InspectorConnection {
  const {url = HOSTED, iframe, capacity = DEFAULT_CAPACITY} = options
  if (typeof window === 'undefined') {
    throw new KeepspaceError('usage', 'there is no window to open an inspector in')
  }
  const address = new URL(url, window.location.href)
  const backlog = createBacklog(capacity)
  const target = openTarget(address.href, iframe)
  let isConnected = false

  const post = (message: object) => target()?.postMessage(message, address.origin)
  const hear = (message: MessageEvent<unknown>) => {
    if (message.source !== target() || message.origin !== address.origin || !isGreeting(message.data)) {
      return
    }
    isConnected = true
    for (const event of backlog.all()) {
      post(event)
    }
  }
  window.addEventListener('message', hear)
  const endListening = listenToCharts(
    keepspace,
    createStatelyTranslator((event) => {
      backlog.add(event)
      if (isConnected) {
        post(event)
      }
    }),
    options,
  )
  return {
    stop: () => {
      endListening()
      window.removeEventListener('message', hear)
      if (isConnected) {
        post({type: '@statelyai.disconnected'})
      }
      isConnected = false
    },
  }
}

function openTarget(href: string, iframe: HTMLIFrameElement | undefined): () => Window | null {
  if (iframe !== undefined) {
    iframe.src = href
    return () => iframe.contentWindow
  }
  const opened = window.open(href, 'keepspace-inspector')
  if (opened === null) {
    throw new KeepspaceError('usage', 'the browser refused to open a window: open it from a click')
  }
  return () => opened
}

function isGreeting(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === '@statelyai.connected'
}
