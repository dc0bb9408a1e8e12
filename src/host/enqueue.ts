import type {WriterRef} from '../machines/writer/writer.machine.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {WriteJob, WriteQueue} from '../services/writing/write-queue.ts'

/** Asks the writer for a commit. A writer that has closed fails the job with `disposed`. */
export type Enqueue = (job: WriteJob, isUrgent: boolean) => void

/** Puts jobs into the queue and tells the writer, which begins after the queue. */
export function createEnqueue(queue: WriteQueue, writer: () => WriterRef): Enqueue {
  return (job, isUrgent) => {
    if (writer().getSnapshot().hasTag('closed')) {
      job.failed(new KeepspaceError('disposed'))
      return
    }
    queue.add(job)
    writer().send({type: 'work.arrived', isUrgent})
  }
}
