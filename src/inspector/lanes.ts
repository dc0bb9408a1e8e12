import type {InspectedSnapshot} from '../model/inspection.ts'
import type {ActorView} from './inspection-view.ts'
import {actorsOf, type Recording} from './recording.ts'

/** How safe a workspace was, as one word. */
export type LanePhase = 'loading' | 'saved' | 'dirty' | 'saving' | 'failed' | 'conflicted' | 'readOnly' | 'evicted'

/** One stretch of time in which a workspace was in one phase. */
export type LaneStretch = {
  readonly phase: LanePhase
  readonly fromMs: number
  /** Undefined while it lasts. */
  readonly toMs: number | undefined
}

/** One workspace over time, oldest stretch first. */
export type Lane = {readonly workspaceId: string; readonly stretches: readonly LaneStretch[]}

/** One lane for each workspace that was in memory, in the order they came, up to the entry numbered `count`. */
export function lanesOf(recording: Recording, count = recording.entries.length): readonly Lane[] {
  const names = new Map(
    actorsOf(recording).flatMap(({chart, sessionId, systemId}) =>
      chart === 'workspace' ? [[sessionId, systemId.replace(/^keepspace\.ws\./, '')] as const] : [],
    ),
  )
  const lanes = new Map<string, LaneStretch[]>()
  const note = (sessionId: string, snapshot: InspectedSnapshot | undefined, atMs: number) => {
    const name = names.get(sessionId)
    const phase = name !== undefined && snapshot ? phaseOf(snapshot) : undefined
    if (name === undefined || phase === undefined) {
      return
    }
    const lane = lanes.get(name) ?? []
    lanes.set(name, lane)
    const last = lane.at(-1)
    if (last?.phase === phase) {
      return
    }
    if (last !== undefined) {
      lane[lane.length - 1] = {...last, toMs: atMs}
    }
    lane.push({phase, fromMs: atMs, toMs: undefined})
  }
  for (const {actor, snapshot, atMs} of recording.base.actors.values()) {
    note(actor.sessionId, snapshot, atMs)
  }
  for (const entry of recording.entries.slice(0, count)) {
    if (entry.type === 'snapshot' || entry.type === 'microstep') {
      note(entry.sessionId, entry.snapshot, entry.atMs)
    }
  }
  return [...lanes].map(([workspaceId, stretches]) => ({workspaceId, stretches}))
}

/** The phase that the chart of a workspace is in; undefined for states that it only passes through. */
export function phaseOf({states, status}: ActorView['snapshot'] & object): LanePhase | undefined {
  if (status !== 'active') {
    return 'evicted'
  }
  const innermost = states.reduce((longest, id) => (id.length > longest.length ? id : longest), '')
  return phases.find(([pattern]) => pattern.test(innermost))?.[1]
}

const phases: readonly (readonly [RegExp, LanePhase])[] = [
  [/\.flushed$/, 'evicted'],
  [/^workspace\.(loading|loadFailed|cold)/, 'loading'],
  [/\.readOnly$/, 'readOnly'],
  [/\.saving$/, 'saving'],
  [/\.hot\.clean$/, 'saved'],
  [/\.hot\.(dirty|held)/, 'dirty'],
  [/\.hot\.failed$/, 'failed'],
  [/\.hot\.conflicted$/, 'conflicted'],
]
