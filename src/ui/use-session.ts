import {useMemo, useSyncExternalStore} from 'react'
import type {EntryId} from '../model/ids.ts'
import {type SessionPhase, type SessionSaveOutcome, type SessionStatus, statusWithoutSession} from '../model/session.ts'
import type {DocumentMetadata} from '../model/wire/documents.ts'
import type {ResolveOptions, SessionChoice, SessionNames, TemplateOptions} from '../sessions.ts'
import {describeSession, type SessionWords} from './session-words.ts'
import {useSessions} from './sessions-provider.tsx'

/** The session of one entry: how it stands, and what can be done with it. All verbs reject as those of `Sessions` do. */
export type SessionView = {
  readonly status: SessionStatus
  /** The status in words, without flicker: a comparison takes a moment. */
  readonly words: SessionWords
  readonly saveAs: (names: SessionNames) => Promise<SessionStatus>
  readonly save: () => Promise<SessionSaveOutcome>
  readonly createSnapshot: (names: SessionNames) => Promise<DocumentMetadata>
  readonly createTemplate: (names: SessionNames, options?: TemplateOptions) => Promise<DocumentMetadata>
  /** Goes on without a session. What is here stays. */
  readonly detach: () => Promise<void>
  readonly resolve: (choice: SessionChoice, options?: ResolveOptions) => Promise<SessionStatus>
}

/**
 * The session of an entry. Sends nothing by itself.
 *
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useSession(entryId: string): SessionView {
  const sessions = useSessions()
  const source = useMemo(() => {
    const onServer: Shown = describedOf(statusWithoutSession(entryId as EntryId), undefined)
    let shown: Shown | undefined
    const read = () => {
      const status = sessions.getStatus(entryId)
      if (shown?.status !== status) {
        shown = describedOf(status, shown)
      }
      return shown
    }
    return {subscribe: (listener: () => void) => sessions.subscribe(listener), read, readOnServer: () => onServer}
  }, [sessions, entryId])
  const shown = useSyncExternalStore(source.subscribe, source.read, source.readOnServer)
  const verbs = useMemo(
    () => ({
      saveAs: (names: SessionNames) => sessions.saveAs(entryId, names),
      save: () => sessions.save(entryId),
      createSnapshot: (names: SessionNames) => sessions.createSnapshot(entryId, names),
      createTemplate: (names: SessionNames, options?: TemplateOptions) =>
        sessions.createTemplate(entryId, names, options),
      detach: () => sessions.detach(entryId),
      resolve: (choice: SessionChoice, options?: ResolveOptions) => sessions.resolve(entryId, choice, options),
    }),
    [sessions, entryId],
  )
  return useMemo(() => ({...shown, ...verbs}), [shown, verbs])
}

type Shown = {readonly status: SessionStatus; readonly words: SessionWords}

function describedOf(status: SessionStatus, before: Shown | undefined): Shown {
  const isCalm = status.phase === 'comparing' && before !== undefined && claimsNothing.has(before.words.phase)
  return {status, words: isCalm ? before.words : describeSession(status)}
}

/** What may stay on screen while it is compared: it says of the server only that it does not have everything yet. */
const claimsNothing: ReadonlySet<SessionPhase> = new Set(['changed', 'saving', 'resolving'])
