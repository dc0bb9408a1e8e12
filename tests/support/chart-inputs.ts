import {defaultAutosave} from '../../src/machines/autosave/autosave.policy.ts'
import {defaultLease} from '../../src/machines/lease/lease.policy.ts'
import {defaultPressure} from '../../src/machines/memory/pressure.policy.ts'
import {defaultSessionRetry} from '../../src/machines/session/session.policy.ts'
import {defaultWatch} from '../../src/machines/watch/watch.policy.ts'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'

const page = {isVisible: true, isFocused: true}

/** What each chart is started with, by its id. A new chart is added here. */
export const chartInputs: Readonly<Record<string, unknown>> = {
  activity: {...page, atMs: 0},
  autosave: {policy: defaultAutosave, atMs: 0},
  eviction: {cap: 4, absoluteCap: 25, isSmart: true},
  lease: {workspaceId: 'w1', policy: defaultLease},
  memory: {policy: defaultPressure},
  outbox: {retry: defaultSessionRetry, jitter: 0, gatherMs: 2_000},
  recovery: undefined,
  root: {
    pacing: defaultPacing,
    writer: defaultWriterPolicy,
    lease: defaultLease,
    cap: 4,
    absoluteCap: 25,
    isSmart: true,
    autosave: defaultAutosave,
    page,
    atMs: 0,
    pressure: defaultPressure,
  },
  session: {entryId: 'e1', baseRevision: 1, retry: defaultSessionRetry, jitter: 0},
  shutdown: undefined,
  watch: {entryId: 'e1', policy: defaultWatch, isVisible: true},
  workspace: {workspaceId: 'w1', pacing: defaultPacing},
  writer: {policy: defaultWriterPolicy},
}
