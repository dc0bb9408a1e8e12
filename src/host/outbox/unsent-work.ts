import type {DeletionList} from '../../model/deletions.ts'
import type {ErrorReport} from '../../model/errors.ts'
import type {Keepspace} from '../../model/handles.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import type {UnsentReason} from '../../model/server-saves.ts'
import {MAX_TITLE_LENGTH} from '../../model/wire/limits.ts'
import {cleanName} from '../../model/wire/names.ts'
import type {Sessions} from '../sessions/sessions-handle.ts'
import type {ServerSaves} from './server-saves.ts'
import {listUnreadableWork} from './unreadable-work.ts'

/** Something that the server does not have as it is on this device. */
export type UnsentWork =
  | {
      readonly kind: 'workspace'
      readonly id: WorkspaceId
      readonly title: string
      /** `unsaved`: not even stored on this device. `onDeviceOnly`: no server was ever asked to keep it. */
      readonly reason: UnsentReason | 'unsaved' | 'onDeviceOnly'
    }
  | {
      readonly kind: 'session'
      readonly id: EntryId
      readonly title: string
      /** Why its last save did not arrive, if there was one. */
      readonly error?: ErrorReport
    }
  /** Stored here and damaged: nobody knows whether the server has it. `id`: the workspace, or the key of what is damaged. */
  | {readonly kind: 'unreadable'; readonly id: string; readonly title: string}
  /** Deleted here by a person; the server still has it. */
  | {readonly kind: 'deletion'; readonly id: string; readonly title: string; readonly list: DeletionList}

/** Whatever keeps work on a server. What is missing here keeps nothing. */
export type UnsentWorkOptions = {
  readonly serverSaves?: ServerSaves
  readonly sessions?: Sessions
  /** How long sending may take, milliseconds. @defaultValue 5,000 */
  readonly timeoutMs?: number
}

/** How long sending may take when nobody says otherwise, milliseconds. */
const SEND_LIMIT_MS = 5_000

/**
 * Saves everything on this device, lets what waits for the server go out, and names what the server does not have then.
 * Removes nothing. What is in the trash is not named.
 *
 * @throws {@link KeepspaceError} the codes of storage
 */
export async function listUnsentWork(
  keepspace: Keepspace,
  {serverSaves, sessions, timeoutMs = SEND_LIMIT_MS}: UnsentWorkOptions,
): Promise<readonly UnsentWork[]> {
  const {unsaved} = await keepspace.flush()
  const waiting = (await serverSaves?.flush({timeoutMs})) ?? []
  const deletions = (await sessions?.deletions.flush()) ?? []
  const recoverable = (await sessions?.listRecoverable()) ?? []
  const {workspaces} = keepspace.catalogue.getSnapshot()
  const named = new Set([...unsaved, ...waiting.map(({workspaceId}) => workspaceId)])
  const kept = new Set(await sessions?.listKept())
  const isSent = (id: WorkspaceId) => keepspace.getStatus(id).level === 'onServer'
  const unreadable = await listUnreadableWork(keepspace, (id) => named.has(id) || isSent(id))
  const isKept = ({id, entryId}: {readonly id: WorkspaceId; readonly entryId: EntryId}) =>
    isSent(id) || kept.has(entryId)
  return [
    ...unsaved.map((id) => ({
      kind: 'workspace' as const,
      id,
      title: workspaces.find((workspace) => workspace.id === id)?.title ?? '',
      reason: 'unsaved' as const,
    })),
    ...waiting.map(({workspaceId, title, reason}) => ({kind: 'workspace' as const, id: workspaceId, title, reason})),
    ...recoverable.map(({entryId, title}) => {
      const {error} = sessions?.getStatus(entryId) ?? {}
      return {kind: 'session' as const, id: entryId, title, ...(error && {error})}
    }),
    ...unreadable.map(({id, title}) => ({kind: 'unreadable' as const, id, title})),
    ...deletions.map(({id, title, list}) => ({kind: 'deletion' as const, id, title, list})),
    ...workspaces
      .filter((workspace) => !(named.has(workspace.id) || isKept(workspace)))
      .map(({id, title}) => ({kind: 'workspace' as const, id, title, reason: 'onDeviceOnly' as const})),
  ]
}

/**
 * Sends what {@link listUnsentWork} named, as far as that is possible without a choice: sessions with changes are saved,
 * what is on this device only, or was deleted on the server, becomes a new session under the title of its entry.
 *
 * @returns what the server does not have even so
 * @throws {@link KeepspaceError} why a new session could not be made; the others stay as they are
 */
export async function sendUnsentWork(
  keepspace: Keepspace,
  work: readonly UnsentWork[],
  options: UnsentWorkOptions,
): Promise<readonly UnsentWork[]> {
  const {sessions} = options
  if (sessions !== undefined) {
    for (const {id, title} of work.filter(({kind}) => kind === 'session')) {
      const {status} = await sessions.save(id)
      if (status === 'gone') {
        await sessions.saveAs(id, {title: titleFor(title)})
      }
    }
    const {entries, workspaces} = keepspace.catalogue.getSnapshot()
    const alone = new Set(
      work.flatMap((one) => (one.kind === 'workspace' && one.reason === 'onDeviceOnly' ? [one.id] : [])),
    )
    const entryIds = new Set(workspaces.filter(({id}) => alone.has(id)).map(({entryId}) => entryId))
    for (const {id, title} of entries.filter((entry) => entryIds.has(entry.id))) {
      await sessions.saveAs(id, {title: titleFor(title)})
    }
  }
  return listUnsentWork(keepspace, options)
}

/** A title that the server takes, made of one that may be too long for it. */
function titleFor(title: string): string {
  const characters = [...cleanName(title)]
  const fitting =
    characters.length > MAX_TITLE_LENGTH ? [...characters.slice(0, MAX_TITLE_LENGTH - 1), '…'] : characters
  return fitting.join('') || 'Untitled'
}
