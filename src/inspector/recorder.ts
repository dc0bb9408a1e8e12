import type {Keepspace} from '../model/handles.ts'
import type {ProjectionOptions} from '../model/projection.ts'
import {listenToCharts} from './listening.ts'
import {createGrowingRecording, type Recording} from './recording.ts'

export type RecorderOptions = ProjectionOptions & {
  /** So many entries are kept. @defaultValue 5,000 */
  readonly capacity?: number
}

/** Records what happens, from now on. */
export type Recorder = {
  /** As it is now. The same object until something happens. */
  read(): Recording
  /** Ends it; what was recorded stays. */
  stop(): void
}

/** Records a Keepspace: every actor, event, snapshot and decision, the newest part of it. */
export function startRecorder(keepspace: Keepspace, options: RecorderOptions = {}): Recorder {
  const recording = createGrowingRecording(options.capacity)
  const stop = listenToCharts(keepspace, recording.add, options)
  return {read: recording.read, stop}
}
