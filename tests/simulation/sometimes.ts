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
  ...[
    'loading',
    'loading.slow',
    'loadFailed',
    'readOnly',
    'leaving.releasing',
    'leaving.staying',
    'hot.deciding',
    'hot.clean',
    'hot.dirty.settling',
    'hot.saving',
    'hot.failed',
    'hot.conflicted',
    'evicting.awaitingReadiness',
    'evicting.saving',
    'evicting.deciding',
    'evicting.releasing',
    'evicting.refused',
    'flushed',
  ].map((state) => `state workspace.${state}`),
  'state writer.backingOff',
  'state writer.stuck.quota',
  'state eviction.blocked',
]

/** Runs smaller than this need not have seen everything. */
const SMALLEST_JUDGED_RUN = 5_000
const LEAST_PER_10_000 = 3

/** What a run of that many histories has not reached often enough. */
export function unreached(counts: Readonly<Record<string, number>>, histories: number): readonly string[] {
  if (histories < SMALLEST_JUDGED_RUN) {
    return []
  }
  const least = Math.max(1, Math.floor((LEAST_PER_10_000 * histories) / 10_000))
  return mustBeReached.filter((what) => (counts[what] ?? 0) < least)
}
