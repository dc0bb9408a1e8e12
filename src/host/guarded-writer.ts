import type {KeepspaceEvent} from '../model/events.ts'
import type {IdSource} from '../model/ids.ts'
import type {Time} from '../model/time.ts'
import {type BackgroundWriter, createBackgroundWriter} from '../services/writing/background-writer.ts'
import type {WriteJob} from '../services/writing/write-queue.ts'

/** The writer of single records, as long as anything may be written, and how many of its writes are under way. */
export function createGuardedWriter(context: {
  readonly ids: IdSource
  readonly time: Time
  readonly enqueue: (job: WriteJob, isUrgent: boolean) => void
  readonly hasMore: () => boolean
  /** Throws when everything is ending. Settings are still taken then. */
  readonly assertAccepting: () => void
  /** Rejects while nothing may be written yet; undefined where that is never so. */
  readonly assertWritable: (() => Promise<void>) | undefined
  readonly catalogueChanged: () => void
  readonly emit: (event: KeepspaceEvent) => void
}): {readonly writer: BackgroundWriter; readonly running: () => number} {
  let running = 0
  const plain = createBackgroundWriter({
    ids: context.ids,
    time: context.time,
    enqueue: (job) => context.enqueue(job, job.durability === 'strict'),
    completed: (result, {targetKind, target, reason}, error) => {
      const {durationMs = 0, bytes = 0} = result ?? {}
      const facts = {targetKind, target, reason, durationMs, bytes, hasNewerPending: context.hasMore()}
      if (reason === 'catalogue' && error === undefined) {
        context.catalogueChanged()
      }
      context.emit({type: 'write_completed', ...facts, error: error?.report})
    },
  })
  const writer: BackgroundWriter = {
    write: async (request) => {
      if (context.assertWritable !== undefined) {
        await context.assertWritable()
      }
      if (request.targetKind !== 'setting') {
        context.assertAccepting()
      }
      running += 1
      return plain.write(request).finally(() => {
        running -= 1
      })
    },
  }
  return {writer, running: () => running}
}
