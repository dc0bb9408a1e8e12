import {useCallback, useMemo, useState} from 'react'
import type {SessionStatus} from '../model/session.ts'
import type {DocumentVersion} from '../model/wire/documents.ts'
import type {VersionPreview} from '../sessions.ts'
import {useSessions} from './sessions-provider.tsx'
import {type Reading, useReading} from './use-reading.ts'

/** The versions that the server keeps of a session, newest first. */
export type SessionHistoryView = Reading<readonly DocumentVersion[]> & {
  readonly hasMore: boolean
  /** Reads older ones. Rejects as `Sessions.history` does. */
  readonly loadMore: () => Promise<void>
  /** Makes a version the newest one, here and on the server; unsaved work goes into the trash. Rejects as `Sessions.restoreVersion`. */
  readonly restore: (revision: number) => Promise<SessionStatus>
}

type Older = {
  readonly after: unknown
  readonly versions: readonly DocumentVersion[]
  readonly cursor: string | undefined
}

/**
 * The history of an entry's session, read while it is shown.
 *
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useSessionHistory(entryId: string): SessionHistoryView {
  const sessions = useSessions()
  const first = useReading(useCallback(() => sessions.history.list(entryId), [sessions, entryId]))
  const [older, setOlder] = useState<Older>()
  const known = older?.after === first.value ? older : undefined
  const cursor = known === undefined ? first.value?.nextCursor : known.cursor
  const versions = useMemo(
    () => first.value && [...first.value.items, ...(known?.versions ?? [])],
    [first.value, known],
  )
  const loadMore = useCallback(async () => {
    if (cursor !== undefined) {
      const page = await sessions.history.list(entryId, {cursor})
      setOlder((before) => ({
        after: first.value,
        versions: [...(before !== undefined && before.after === first.value ? before.versions : []), ...page.items],
        cursor: page.nextCursor,
      }))
    }
  }, [sessions, entryId, cursor, first.value])
  const restore = useCallback((revision: number) => sessions.restoreVersion(entryId, revision), [sessions, entryId])
  const {phase, error, again} = first
  return {phase, error, again, value: versions, hasMore: cursor !== undefined, loadMore, restore}
}

/** One version beside what is here, read while it is shown. Changes nothing. */
export function useVersionPreview(entryId: string, revision: number): Reading<VersionPreview> {
  const sessions = useSessions()
  return useReading(useCallback(() => sessions.history.preview(entryId, revision), [sessions, entryId, revision]))
}
