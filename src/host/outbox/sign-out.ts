import type {Keepspace} from '../../model/handles.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import type {UnsentReason} from '../../model/server-saves.ts'
import type {Sessions} from '../sessions/sessions.ts'
import type {ServerSaves} from './server-saves.ts'

/** Something that the server does not have as it is on this device. */
export type UnsentWork =
  | {
      readonly kind: 'workspace'
      readonly id: WorkspaceId
      readonly title: string
      readonly reason: UnsentReason | 'unsaved'
    }
  | {readonly kind: 'session'; readonly id: EntryId; readonly title: string}

export type SignOutOptions = {
  readonly serverSaves?: ServerSaves
  readonly sessions?: Sessions
  /** Removes everything from this device although the server does not have all of it. */
  readonly anyway?: boolean
  /** How long sending may take, milliseconds. @defaultValue 5,000 */
  readonly timeoutMs?: number
}

/** `unsent`: nothing was removed, and these are why. `signedOut`: everything of this scope is gone from this device. */
export type SignOutReport = {
  readonly status: 'signedOut' | 'unsent'
  readonly unsent: readonly UnsentWork[]
}

/**
 * Signs a person out of this device: sends what can be sent, names what has not reached the server, and removes the
 * scope only if that is nothing, or if it is to be removed anyway.
 *
 * @throws {@link KeepspaceError} the codes of storage
 */
export async function signOut(
  keepspace: Keepspace,
  {serverSaves, sessions, anyway = false, timeoutMs = 5_000}: SignOutOptions,
): Promise<SignOutReport> {
  const {unsaved} = await keepspace.flush()
  const waiting = (await serverSaves?.flush({timeoutMs})) ?? []
  const unsent: readonly UnsentWork[] = [
    ...unsaved.map((id) => ({
      kind: 'workspace' as const,
      id,
      title: titleOf(keepspace, id),
      reason: 'unsaved' as const,
    })),
    ...waiting.map(({workspaceId, title, reason}) => ({kind: 'workspace' as const, id: workspaceId, title, reason})),
    ...((await sessions?.listRecoverable()) ?? []).map(({entryId, title}) => ({
      kind: 'session' as const,
      id: entryId,
      title,
    })),
  ]
  if (unsent.length > 0 && !anyway) {
    return {status: 'unsent', unsent}
  }
  serverSaves?.close()
  sessions?.close()
  await keepspace.purge()
  return {status: 'signedOut', unsent}
}

function titleOf({catalogue}: Keepspace, id: WorkspaceId): string {
  return catalogue.getSnapshot().workspaces.find((workspace) => workspace.id === id)?.title ?? ''
}
