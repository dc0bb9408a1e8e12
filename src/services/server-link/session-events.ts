import type {Time} from '../../model/time.ts'
import type {SessionEvent} from '../../model/wire/documents.ts'
import {errorOfAnswer, offline} from './server-errors.ts'

/** The server says something every 15 seconds. A stream that is silent for longer than this is dead. */
const SILENCE_LIMIT_MS = 40_000

type Stream = {
  readonly send: typeof fetch
  readonly url: string
  readonly token: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly time: Time
  readonly signal: AbortSignal
}

/**
 * Listens to a stream of server-sent events until it ends, is silent for too long, or `signal` is aborted. Not the
 * browser's `EventSource`: that one cannot say who asks.
 *
 * @throws KeepspaceError the codes of a session server
 */
export async function followEvents(
  {send, url, token, headers, time, signal}: Stream,
  listener: (event: SessionEvent) => void,
): Promise<void> {
  const abort = new AbortController()
  const stop = () => abort.abort()
  signal.addEventListener('abort', stop)
  let limit = time.setTimeout(stop, SILENCE_LIMIT_MS)
  try {
    const response = await send(url, {
      headers: {
        ...headers,
        accept: 'text/event-stream',
        ...(token !== undefined && {authorization: `Bearer ${token}`}),
      },
      signal: abort.signal,
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    })
    if (!response.ok) {
      throw await errorOfAnswer(response)
    }
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const parse = createEventParser(listener)
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      time.clearTimeout(limit)
      limit = time.setTimeout(stop, SILENCE_LIMIT_MS)
      parse(part.value)
    }
  } catch (error) {
    throw offline(error)
  } finally {
    time.clearTimeout(limit)
    signal.removeEventListener('abort', stop)
  }
}

/** Takes text in pieces of any size, and tells of each whole event whose data is one of ours. */
function createEventParser(listener: (event: SessionEvent) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1]
      const event = data === undefined ? undefined : asSessionEvent(data)
      if (event !== undefined) {
        listener(event)
      }
    }
  }
}

function asSessionEvent(text: string): SessionEvent | undefined {
  try {
    const {type, id, revision} = Object(JSON.parse(text)) as Record<string, unknown>
    if (typeof id === 'string' && type === 'revision' && typeof revision === 'number') {
      return {type, id, revision}
    }
    return typeof id === 'string' && type === 'deleted' ? {type, id} : undefined
  } catch {
    return undefined
  }
}
