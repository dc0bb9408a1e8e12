import {KeepspaceError} from '../model/errors.ts'
import type {StorageStatus} from '../model/status.ts'
import type {Restoring} from './restoring.ts'
import type {StorageAccess} from './storage-access.ts'
import type {ReturningStorage} from './storage-return.ts'
import type {System} from './system.ts'

/** How storage fares, from the root chart, the writer chart and the port itself. */
export function storageStatusOf(
  {root, writer}: System,
  {current: port, purging}: StorageAccess,
  {isKept, witnessing}: Restoring,
  returning: Pick<ReturningStorage, 'status'>,
): StorageStatus {
  const health = writer.getSnapshot()
  const isPersistent = port?.isPersistent ?? true
  const returnedError = returning.status && new KeepspaceError('storage.returned').report
  return {
    name: port?.name ?? 'opening',
    phase: phaseOf(),
    isPersistent,
    isKept,
    restore: witnessing.status,
    returned: returning.status,
    error: purging.isPurged
      ? new KeepspaceError('scope.purged').report
      : (health.context.error ?? returnedError ?? root.getSnapshot().context.error),
  }

  function phaseOf(): StorageStatus['phase'] {
    if (purging.isPurged || health.hasTag('closed') || root.getSnapshot().status !== 'active') {
      return 'closed'
    }
    if (port === undefined) {
      return 'opening'
    }
    if (health.hasTag('stuck')) {
      return 'stuck'
    }
    if (health.hasTag('backingOff') || health.context.attempt > 0) {
      return 'backingOff'
    }
    return isPersistent ? 'ready' : 'memoryOnly'
  }
}
