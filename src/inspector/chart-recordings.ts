import type {ChartRecording} from '../model/inspection.ts'
import {actorsOf, type Recording} from './recording.ts'

/**
 * What each actor of one chart went through, in the form that `replayRecording` of `keepspace/testing` makes a regression
 * test of. Only actors whose beginning is in the recording.
 *
 * @param options.input - what each actor of the chart is started with; it is not part of a recording
 */
export function chartRecordingsOf(
  recording: Recording,
  chart: string,
  {input}: {readonly input?: unknown} = {},
): readonly ChartRecording[] {
  return actorsOf(recording)
    .filter((actor) => actor.chart === chart)
    .flatMap(({sessionId, systemId}) => {
      const steps = recording.entries.flatMap((entry) =>
        entry.type === 'snapshot' && entry.sessionId === sessionId
          ? [{event: entry.event, state: JSON.stringify(entry.snapshot.value)}]
          : [],
      )
      const [first, ...later] = steps
      return first?.event.type === 'xstate.init'
        ? [{chart, actor: systemId, input, initial: first.state, steps: later}]
        : []
    })
}
