import type {EntryContent} from '../../model/content.ts'
import type {EntryId} from '../../model/ids.ts'
import type {SessionBinding} from '../../model/session.ts'
import type {DocumentMetadata} from '../../model/wire/documents.ts'
import {asEntryContent} from '../../services/content/content-shape.ts'
import type {ResolvedOptions} from '../options.ts'
import type {SessionsContext} from './session-saving.ts'
import {createSingleFlight} from './single-flight.ts'

export type OpeningContext = Pick<SessionsContext, 'server' | 'bindings' | 'catalogue' | 'elapsed' | 'emit'> & {
  readonly start: (binding: SessionBinding) => void
  /** Makes an entry of what the server has. */
  readonly bind: (content: EntryContent, metadata: DocumentMetadata) => Promise<EntryId>
  readonly lookAgain: (entryId: EntryId) => Promise<void>
}

/** Makes the way from a session to its entry. A session has one on a device, whoever opens it there. */
export function createSessionOpening(
  {server, bindings, catalogue, elapsed, emit, start, bind, lookAgain}: OpeningContext,
  {locks, namespace, scope}: Pick<ResolvedOptions, 'locks' | 'namespace' | 'scope'>,
) {
  const once = createSingleFlight<EntryId>()
  const ending = new AbortController()

  /** Of two tabs that open the same session the second one finds what the first one made. */
  const alone = async (sessionId: string, work: () => Promise<EntryId>): Promise<EntryId> => {
    const name = `keepspace-session/${namespace}/${scope}/${sessionId}`
    const lock = await locks.acquire(name, {mode: 'wait', signal: ending.signal}).catch(() => undefined)
    try {
      return await work()
    } finally {
      lock?.release()
    }
  }
  const open = async (sessionId: string): Promise<EntryId> => {
    const known = (await bindings.list()).find((binding) => binding.sessionId === sessionId)
    if (known !== undefined && catalogue.hasEntry(known.entryId)) {
      if (catalogue.isEntryTrashed(known.entryId)) {
        await catalogue.restoreEntry(known.entryId)
      }
      start(known)
      await lookAgain(known.entryId).catch(() => undefined)
      return known.entryId
    }
    const beganMs = elapsed()
    const {content, ...metadata} = await server.readSession(sessionId)
    const entryId = await bind(asEntryContent(content), metadata)
    emit({type: 'session_loaded', entryId, durationMs: elapsed() - beganMs})
    return entryId
  }

  return {
    open: (sessionId: string) => once(sessionId, () => alone(sessionId, () => open(sessionId))),
    close: () => ending.abort(),
  }
}
