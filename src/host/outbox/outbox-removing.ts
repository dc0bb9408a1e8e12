import {KeepspaceError} from '../../model/errors.ts'
import {goneKey} from '../../model/keys.ts'
import type {OutboxRecord} from '../../model/server-saves.ts'
import {errorOfHost} from '../../services/server-link/host-errors.ts'
import type {SendingContext} from './outbox-sending.ts'

/**
 * Deletes on the server what a person deleted here for good. What is only missing here was lost, and stays; what another
 * device changed since stays too.
 *
 * @throws {@link KeepspaceError} the codes of a server and of storage; it is tried again
 */
export async function removeThere(
  {workspaceId: id, version}: OutboxRecord,
  {server, records, storage}: SendingContext,
  signal: AbortSignal,
): Promise<void> {
  const [gone = []] = await (await storage()).read([{key: goneKey(id)}])
  if (gone.length === 0 || version === undefined) {
    return
  }
  try {
    await server.remove?.(id, {expected: version, signal})
  } catch (cause) {
    const error = errorOfHost(cause)
    if (error.code !== 'notFound' && error.code !== 'revision.conflict') {
      throw error
    }
  }
  try {
    await records.remove(id)
  } catch (cause) {
    // Another tab was first.
    if (KeepspaceError.from(cause).code !== 'revision.conflict') {
      throw cause
    }
  }
}
