import {chartParts} from './chart-parts.ts'
import {disasters, storageFaults} from './history.ts'

/** What a large run must have reached: a quiet simulation proves nothing. */
const mustBeReached: readonly string[] = [
  ...storageFaults,
  ...disasters.map((disaster) => (disaster === 'openFails' ? disaster : `step ${disaster}`)),
  'quota',
  'abort',
  'torn tail',
  'restore.emptied',
  'restore.regressed',
  'restore.resaved',
  'landsAfterKill',
  'crash lost something',
  'commit answered',
  'commit storage.unavailable',
  'commit storage.timeout',
  'commit storage.lost',
  'commit storage.quota',
  'outcome saved',
  'outcome unchanged',
  'outcome failed',
  'outcome conflict',
  'outcome refused',
  'unload released',
  'unload refused',
  'resolve mine',
  'resolve theirs',
  'landed',
  'kept',
  'lastWords',
  'last_words_replayed',
  'edit refused',
  'edit_dropped',
  'save_skip_not_ready',
  'eviction_refused',
  'no_eviction_candidates',
  'memory_pressure_changed',
  'runtime_creation_blocked',
  'alarm_fired',
  'claimed',
  'dismissed',
  'switch needsConsent',
  'entry_deactivated_skip_pinned',
  'eviction_skipped_pinned',
  'shutdown late',
  'shutdown cancelled',
  'shutdown closed',
]

/** What no history can reach, and why. Each begins the names of states and transitions. */
const unreachable: readonly (readonly [reason: string, names: readonly string[]])[] = [
  [
    'the chart handles at its root what says nothing new in the state it is in',
    ['activity', 'autosave', 'eviction', 'lease', 'memory', 'shutdown', 'workspace', 'writer'].map(
      (chart) => `transition ${chart} `,
    ),
  ],
  ['a chart begins in it', ['state workspace.cold', 'state memory.off', 'transition memory.off measure.requested']],
  [
    'what it waits for never rejects while our own code does not throw',
    [
      'transition autosave.sweeping xstate.error',
      'state autosave.resting',
      'transition autosave.resting',
      'transition eviction.counting xstate.error',
      'transition lease.active xstate.error',
      'transition lease.active.handingOver xstate.error',
      'transition memory.measuring xstate.error',
      'transition shutdown.draining xstate.error',
      'transition workspace.leaving.releasing xstate.error',
      'transition workspace.evicting.awaitingReadiness xstate.error',
      'transition workspace.evicting.releasing xstate.error',
    ],
  ],
  [
    'the browser of the simulation never refuses a lock by a fault of its own',
    [
      'transition lease.active lock.failed',
      'state lease.active.unlocked',
      'transition lease.active.unlocked',
      'transition lease.active.stealing xstate.after',
    ],
  ],
]

/** Runs smaller than this need not have seen everything. */
const SMALLEST_JUDGED_RUN = 5_000
const LEAST_PER_10_000 = 3
/** Charts are looked at in a part of the histories only, and have rare corners. */
const SMALLEST_RUN_OF_CHARTS = 20_000

/** What a run of that many histories has not reached often enough. */
export function unreached(counts: Readonly<Record<string, number>>, histories: number): readonly string[] {
  if (histories < SMALLEST_JUDGED_RUN) {
    return []
  }
  const least = Math.max(1, Math.floor((LEAST_PER_10_000 * histories) / 10_000))
  const rare = mustBeReached.filter((what) => (counts[what] ?? 0) < least)
  return histories < SMALLEST_RUN_OF_CHARTS ? rare : [...rare, ...reachableParts().filter((part) => !counts[part])]
}

function reachableParts(): readonly string[] {
  const exempt = unreachable.flatMap(([, names]) => names)
  return chartParts().filter((part) => !exempt.some((name) => part.startsWith(name)))
}
