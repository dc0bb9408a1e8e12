import type {StorageStatus} from '../model/status.ts'
import type {StoragePort} from '../model/storage-port.ts'
import type {Restoring} from './restoring.ts'
import type {System} from './system.ts'

/** How storage fares, from the root chart, the writer chart and the port itself. */
export function storageStatusOf(
  {root, writer}: System,
  port: StoragePort | undefined,
  {isKept, witnessing}: Restoring,
): StorageStatus {
  const health = writer.getSnapshot()
  const isPersistent = port?.isPersistent ?? true
  return {
    name: port?.name ?? 'opening',
    phase: phaseOf(),
    isPersistent,
    isKept,
    restore: witnessing.status,
    error: health.context.error ?? root.getSnapshot().context.error,
  }

  function phaseOf(): StorageStatus['phase'] {
    if (health.hasTag('closed') || root.getSnapshot().status !== 'active') {
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
