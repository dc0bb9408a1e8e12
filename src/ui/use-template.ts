import {useCallback, useMemo} from 'react'
import type {EntryId, WorkspaceId} from '../model/ids.ts'
import type {ReadTemplate} from '../sessions.ts'
import {useSessions} from './sessions-provider.tsx'
import {type Reading, useReading} from './use-reading.ts'

/** A template to be looked at and started from. The verbs reject as those of `Sessions` do. */
export type TemplateView = Reading<ReadTemplate> & {
  /** Makes a new entry of it. */
  readonly startFrom: (title?: string) => Promise<EntryId>
  /** Adds its workspaces to an entry. */
  readonly addTo: (entryId: string) => Promise<readonly WorkspaceId[]>
}

/**
 * A template, read while it is shown.
 *
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useTemplate(templateId: string): TemplateView {
  const sessions = useSessions()
  const reading = useReading(useCallback(() => sessions.readTemplate(templateId), [sessions, templateId]))
  const verbs = useMemo(
    () => ({
      startFrom: (title?: string) => sessions.startFrom(templateId, title),
      addTo: (entryId: string) => sessions.addFrom(templateId, entryId),
    }),
    [sessions, templateId],
  )
  return {...reading, ...verbs}
}
