import type {KeepspaceEvent} from '../../model/events.ts'
import type {SessionCounters} from '../../model/telemetry.ts'

const MS_PER_HOUR = 3_600_000

/** Numbers about sessions and saving to a server. */
export type SessionCounter = {
  record(event: KeepspaceEvent): void
  get(ranMs: number): SessionCounters
}

/** Makes a counter that has counted nothing. */
export function createSessionCounter(): SessionCounter {
  const sums = {
    saves: 0,
    saveMs: 0,
    failures: 0,
    conflicts: 0,
    prepared: 0,
    readMs: 0,
    hashMs: 0,
    bytes: 0,
    largestBytes: 0,
    sizeRefusals: 0,
    loads: 0,
    loadMs: 0,
    polls: 0,
    recoveries: 0,
    recoveryFailures: 0,
    sent: 0,
    sendFailures: 0,
  }

  const failed = (event: Extract<KeepspaceEvent, {type: 'session_save_failed'}>) => {
    switch (event.error.code) {
      // Nothing failed: somebody has to choose.
      case 'revision.conflict':
        sums.conflicts += 1
        break
      case 'value.tooLarge':
        sums.sizeRefusals += 1
        sums.failures += 1
        break
      default:
        sums.failures += 1
    }
  }

  return {
    record: (event) => {
      switch (event.type) {
        case 'session_prepared':
          sums.prepared += 1
          sums.readMs += event.readMs
          sums.hashMs += event.hashMs
          sums.bytes += event.bytes
          sums.largestBytes = Math.max(sums.largestBytes, event.bytes)
          break
        case 'session_saved':
          sums.saves += 1
          sums.saveMs += event.durationMs
          break
        case 'session_save_failed':
          failed(event)
          break
        case 'session_loaded':
          sums.loads += 1
          sums.loadMs += event.durationMs
          break
        case 'session_polled':
          sums.polls += 1
          break
        case 'session_recovery_ended':
          sums[event.error === undefined ? 'recoveries' : 'recoveryFailures'] += 1
          break
        case 'server_save_ended':
          sums[event.error === undefined ? 'sent' : 'sendFailures'] += 1
          break
        default:
      }
    },
    get: (ranMs) => ({
      saves: sums.saves,
      failures: sums.failures,
      conflicts: sums.conflicts,
      saveSuccessRate: share(sums.saves, sums.saves + sums.failures),
      meanReadMs: share(sums.readMs, sums.prepared),
      meanHashMs: share(sums.hashMs, sums.prepared),
      meanSaveMs: share(sums.saveMs, sums.saves),
      meanLoadMs: share(sums.loadMs, sums.loads),
      meanBytes: share(sums.bytes, sums.prepared),
      largestBytes: sums.largestBytes,
      sizeRefusals: sums.sizeRefusals,
      polls: sums.polls,
      pollsPerHour: ranMs > 0 ? (sums.polls * MS_PER_HOUR) / ranMs : 0,
      recoverySuccessRate: share(sums.recoveries, sums.recoveries + sums.recoveryFailures),
      backgroundSuccessRate: share(sums.sent, sums.sent + sums.sendFailures),
    }),
  }
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole
}
