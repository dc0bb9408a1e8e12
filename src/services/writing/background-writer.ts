import {KeepspaceError} from '../../model/errors.ts'
import type {CommitId, IdSource, Revision} from '../../model/ids.ts'
import type {Stamp} from '../../model/records.ts'
import type {SaveReason, TargetKind, WriteResult} from '../../model/save.ts'
import type {CommitGroup, Durability, StoredRecord} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import {measure} from '../codec/checksum.ts'
import type {WriteJob} from './write-queue.ts'

/** A record to write under compare-and-set: an entry, a preset, a setting, the head of a cold workspace. */
export type RecordWrite = {
  readonly targetKind: TargetKind
  readonly target: string
  readonly key: string
  readonly reason: SaveReason
  readonly durability: Durability
  /** The revision this is based on; 0 for a record that must not exist yet. Read at the last moment. */
  readonly baseRevision: () => Revision
  /** The record with its new stamp, or undefined to delete it. */
  readonly build: (stamp: Stamp) => unknown
  /** What goes with it, all or nothing. */
  readonly puts?: readonly StoredRecord[]
  readonly deletes?: readonly string[]
  /** Write over what another tab stored meanwhile: the newest wins. For values where nobody minds. */
  readonly overwrites?: boolean
}

/** The one way to storage for everything that is not a hot workspace. */
export type BackgroundWriter = {
  /**
   * Asks for a write and resolves when it is durable.
   *
   * @throws {@link KeepspaceError} `revision.conflict` and the codes of {@link StoragePort.commit}
   */
  write(request: RecordWrite): Promise<WriteResult>
}

/** Makes the writer of single records on top of the common queue. */
export function createBackgroundWriter(options: {
  readonly ids: IdSource
  readonly time: Time
  readonly enqueue: (job: WriteJob) => void
  readonly completed: (result: WriteResult | undefined, request: RecordWrite, error: KeepspaceError | undefined) => void
}): BackgroundWriter {
  return {
    write: (request) =>
      new Promise<WriteResult>((resolve, reject) => {
        const startedAt = options.time.elapsed()
        const attempt = prepare(request, options.ids)
        const finish = () => {
          const result: WriteResult = {
            targetKind: request.targetKind,
            target: request.target,
            reason: request.reason,
            revision: attempt.stamp().revision,
            durability: request.durability,
            bytes: attempt.bytes(),
            durationMs: options.time.elapsed() - startedAt,
          }
          options.completed(result, request, undefined)
          resolve(result)
        }
        const fail = (error: KeepspaceError) => {
          options.completed(undefined, request, error)
          reject(error)
        }
        const job: WriteJob = {
          target: `${request.targetKind}/${request.target}`,
          durability: request.durability,
          capture: attempt.capture,
          committed: finish,
          skipped: finish,
          conflicted: ({revision, commitId}) => {
            if (attempt.hasLanded(revision, commitId)) {
              finish()
            } else if (request.overwrites) {
              attempt.rebase(revision)
              options.enqueue(job)
            } else {
              fail(new KeepspaceError('revision.conflict', `${request.key} is at ${revision}`))
            }
          },
          failed: fail,
        }
        options.enqueue(job)
      }),
  }
}

function prepare(request: RecordWrite, ids: IdSource) {
  let stamp: Stamp = {revision: 0, commitId: ids.next() as CommitId}
  let bytes = 0
  let rebased: Revision | undefined
  let isDeleting = false
  const capture = (): CommitGroup => {
    const base = rebased ?? request.baseRevision()
    stamp = {revision: base + 1, commitId: stamp.commitId}
    const value = request.build(stamp)
    isDeleting = value === undefined
    bytes = value === undefined ? 0 : measure(JSON.stringify(value)).bytes
    return {
      commitId: stamp.commitId,
      expect: {key: request.key, revision: base},
      puts: value === undefined ? (request.puts ?? []) : [{key: request.key, value}, ...(request.puts ?? [])],
      deletes: value === undefined ? [request.key, ...(request.deletes ?? [])] : (request.deletes ?? []),
    }
  }
  const rebase = (revision: Revision) => {
    rebased = revision
  }
  /** Storage repeats a commit after a lost connection; a refusal then shows what the first try left. */
  const hasLanded = (revision: Revision, commitId: CommitId | undefined) =>
    isDeleting ? revision === 0 : commitId === stamp.commitId
  return {capture, rebase, hasLanded, stamp: () => stamp, bytes: () => bytes}
}
