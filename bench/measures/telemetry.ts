import type {KeepspaceEvent} from '../../src/model/events.ts'
import {workspaceId} from '../../src/model/ids.ts'
import {createTelemetry} from '../../src/services/telemetry/telemetry.ts'
import {rowsOf} from '../row.ts'
import type {Measure} from './measure.ts'

const EVENTS = 20_000
/** Rounds until the engine has compiled what it will. */
const WARM_UPS = 4

/** What one event costs the telemetry that is always on, and what is counted for each edit. */
export const telemetry: Measure = {
  name: 'telemetry',
  run: async (_, {rounds}) => {
    const saved: KeepspaceEvent = {
      type: 'save_success',
      workspaceId: workspaceId('a'),
      reason: 'edit',
      isBackground: false,
      revision: 1,
      records: 1,
      bytes: 100,
      durationMs: 4,
    }
    const gauges = () => ({editsAtRisk: 0, runtimes: 1, memoryBytes: 1})
    const recorder = createTelemetry({now: () => Date.now(), gauges})
    const samplesOf = (work: () => void) => {
      const samples = Array.from({length: rounds + WARM_UPS}, () => timeEach(work))
      return samples.slice(WARM_UPS)
    }
    return rowsOf({
      measure: 'telemetry, one event',
      unit: 'µs',
      samples: {
        'recorded event': samplesOf(() => recorder.record(saved)),
        'counted edit': samplesOf(() => recorder.count('component_state_immediate_persist')),
      },
      goals: {'recorded event': {atMost: 5}, 'counted edit': {atMost: 0.5}},
    })
  },
}

/** Microseconds for one call. */
function timeEach(work: () => void): number {
  const startedAt = performance.now()
  for (let count = 0; count < EVENTS; count++) {
    work()
  }
  return ((performance.now() - startedAt) * 1_000) / EVENTS
}
