/**
 * Looks at the running charts: recordings, and ways to the inspector of Stately and to a page of our own.
 *
 * @packageDocumentation
 */
export {chartRecordingsOf} from './inspector/chart-recordings.ts'
export {type DecisionLine, decisionsOf, type RankedLine} from './inspector/decision-log.ts'
export {type ActorView, type InspectionView, viewAfter} from './inspector/inspection-view.ts'
export {
  type InspectorServer,
  type InspectorServerOptions,
  type SocketServerLike,
  startInspectorServer,
} from './inspector/inspector-server.ts'
export {type Lane, type LanePhase, type LaneStretch, lanesOf, phaseOf} from './inspector/lanes.ts'
export {listenToCharts} from './inspector/listening.ts'
export {type Message, type MessageFilter, messagesOf} from './inspector/messages.ts'
export {inspectInPages, type PageConnectionOptions} from './inspector/page-connection.ts'
export {
  type InspectedApp,
  type PageReceiver,
  type PageReceiverOptions,
  receiveInspection,
} from './inspector/page-receiver.ts'
export type {PageChannel, PageWord} from './inspector/page-words.ts'
export {type Recorder, type RecorderOptions, startRecorder} from './inspector/recorder.ts'
export {
  actorsOf,
  createGrowingRecording,
  emptyRecording,
  type GrowingRecording,
  type Recording,
  viewAt,
} from './inspector/recording.ts'
export {exportRecording, importRecording} from './inspector/recording-file.ts'
export {inspectOverSocket, type SocketConnectionOptions, type SocketLike} from './inspector/socket-connection.ts'
export {type InspectorConnection, inspectInWindow, type WindowConnectionOptions} from './inspector/window-connection.ts'
export type {
  ChartGraph,
  ChartRecording,
  ChartState,
  ChartTransition,
  InspectedActor,
  InspectedEvent,
  InspectedSnapshot,
  InspectionEntry,
} from './model/inspection.ts'
export type {ProjectionOptions} from './model/projection.ts'
