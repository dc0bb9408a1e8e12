import {KeepspaceError} from '../model/errors.ts'
import type {CommitId, IdSource, WorkspaceId} from '../model/ids.ts'
import type {FlushReport, SaveOutcome} from '../model/save.ts'
import type {StorageTarget} from '../model/storage-port.ts'
import {scopedStorage} from '../services/storage/scoped-storage.ts'
import type {Runtime} from './runtime.ts'
import type {System} from './system.ts'

/** Saves every workspace given and says which are not durable afterwards, each by name. */
export async function flushRuntimes(
  runtimes: readonly Runtime[],
  save: (id: WorkspaceId) => Promise<SaveOutcome>,
): Promise<FlushReport> {
  const outcomes = await Promise.all(runtimes.map(({id}) => save(id)))
  const unsaved = runtimes.filter(({isReleased, store}) => !isReleased && store.hasUnsaved()).map(({id}) => id)
  return {outcomes, unsaved}
}

/** Resolves when the writer has committed what was asked before, or given up on it. */
export function closeWriter({writer}: System): Promise<void> {
  writer.send({type: 'close.requested'})
  return new Promise((resolve) => {
    if (writer.getSnapshot().hasTag('closed')) {
      resolve()
      return
    }
    const subscription = writer.subscribe((snapshot) => {
      if (snapshot.hasTag('closed')) {
        subscription.unsubscribe()
        resolve()
      }
    })
  })
}

/**
 * Deletes every record of one scope.
 *
 * @throws {@link KeepspaceError} the codes of {@link StoragePort.commit}
 */
export async function purgeScope(target: StorageTarget, scope: string, ids: IdSource): Promise<void> {
  const port = await scopedStorage(target, scope).open()
  try {
    const deletes = await port.list('')
    const commitId = ids.next() as CommitId
    const group = {commitId, expect: {key: 'purge', revision: 0}, puts: [], deletes}
    const [result] = await port.commit([group], {durability: 'strict'})
    if (result?.status !== 'committed') {
      throw new KeepspaceError('revision.conflict', 'purge')
    }
  } finally {
    await port.close()
  }
}
