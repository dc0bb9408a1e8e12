import type {OperationName} from '../store/operations.ts'

/** What the server asks of the thread that owns the database file. */
export type Ask = {readonly id: number; readonly name: OperationName; readonly input: unknown}

/** What became of one. All answers of a group come in one message, after its commit. */
export type Answer =
  | {readonly id: number; readonly output: unknown}
  | {readonly id: number; readonly error: string; readonly isUnavailable: boolean}

export type ToWorker = Ask | 'close'
export type FromWorker =
  | {readonly type: 'ready'}
  | {readonly type: 'failed'; readonly error: string}
  | {readonly type: 'answers'; readonly answers: readonly Answer[]}
  | {readonly type: 'closed'}

export type WorkerOptions = {readonly file: string}
