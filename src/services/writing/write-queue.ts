import {KeepspaceError} from '../../model/errors.ts'
import type {CommitId, Revision} from '../../model/ids.ts'
import type {CommitGroup, Durability, GroupResult, StoragePort} from '../../model/storage-port.ts'

/** What is stored under an expected key instead of what was expected. */
export type Conflict = {
  readonly revision: Revision
  readonly commitId: CommitId | undefined
}

/** One wish to write. Exactly one of its four answers is called, once. */
export type WriteJob = {
  /** Two jobs of one target are never in one transaction. */
  readonly target: string
  readonly durability: Durability
  /** Takes what has to be written, late; undefined when nothing has to be. What it throws fails this job alone. */
  capture(): CommitGroup | undefined
  committed(): void
  /** Nothing had to be written. */
  skipped(): void
  conflicted(conflict: Conflict): void
  failed(error: KeepspaceError): void
}

/** The wishes that wait for the next transaction. Who waits how long is the writer chart's business. */
export type WriteQueue = {
  readonly size: number
  add(job: WriteJob): void
  /**
   * Captures everything that waits and commits it in one transaction; one by one where storage has no room for all of
   * it. Every job in it is answered, whatever happens.
   *
   * @throws {@link KeepspaceError} when a transaction failed
   */
  commitNext(storage: StoragePort): Promise<{readonly remainingCount: number}>
  /** Answers everything that still waits with `error`. */
  rejectAll(error: KeepspaceError): void
}

type Captured = {readonly job: WriteJob; readonly group: CommitGroup}

/** Makes an empty queue. */
export function createWriteQueue(): WriteQueue {
  let waiting: WriteJob[] = []

  return {
    get size() {
      return waiting.length
    },
    add: (job) => void waiting.push(job),
    commitNext: async (storage) => {
      const {batch, rest} = firstOfEachTarget(waiting)
      waiting = rest
      const failure = await commitTogether(storage, batch.flatMap(captureJob))
      if (failure !== undefined) {
        throw failure
      }
      return {remainingCount: waiting.length}
    },
    rejectAll: (error) => {
      for (const job of waiting.splice(0)) {
        job.failed(error)
      }
    },
  }
}

function firstOfEachTarget(jobs: readonly WriteJob[]): {batch: WriteJob[]; rest: WriteJob[]} {
  const targets = new Set<string>()
  const batch: WriteJob[] = []
  const rest: WriteJob[] = []
  for (const job of jobs) {
    const isFirst = !targets.has(job.target)
    targets.add(job.target)
    ;(isFirst ? batch : rest).push(job)
  }
  return {batch, rest}
}

function captureJob(job: WriteJob): Captured[] {
  let group: CommitGroup | undefined
  try {
    group = job.capture()
  } catch (cause) {
    job.failed(KeepspaceError.from(cause, 'source.failed'))
    return []
  }
  if (group === undefined) {
    job.skipped()
    return []
  }
  return [{job, group}]
}

/** Commits them in one transaction and answers each. @returns what storage failed with, if it did */
async function commitTogether(
  storage: StoragePort,
  captured: readonly Captured[],
): Promise<KeepspaceError | undefined> {
  if (captured.length === 0) {
    return undefined
  }
  const results = await commitGroups(storage, captured)
  if (results instanceof KeepspaceError) {
    return (results.code === 'storage.quota' || results.code === 'value.tooLarge') && captured.length > 1
      ? commitEach(storage, captured)
      : failAll(captured, results)
  }
  captured.forEach(({job}, index) => {
    const result = results[index]
    if (result === undefined) {
      job.failed(new KeepspaceError('storage.unavailable', 'storage left a group unanswered'))
    } else if (result.status === 'committed') {
      job.committed()
    } else {
      job.conflicted({revision: result.revision, commitId: result.commitId})
    }
  })
  return undefined
}

async function commitGroups(
  storage: StoragePort,
  captured: readonly Captured[],
): Promise<readonly GroupResult[] | KeepspaceError> {
  const durability = captured.some(({job}) => job.durability === 'strict') ? 'strict' : 'relaxed'
  const groups = captured.map(({group}) => group)
  try {
    return await storage.commit(groups, {durability})
  } catch (cause) {
    return KeepspaceError.from(cause)
  }
}

/** One that is too big for the room that is left does not keep those out that fit. */
async function commitEach(storage: StoragePort, captured: readonly Captured[]): Promise<KeepspaceError | undefined> {
  let failure: KeepspaceError | undefined
  for (const one of captured) {
    failure = (await commitTogether(storage, [one])) ?? failure
  }
  return failure
}

function failAll(captured: readonly Captured[], error: KeepspaceError): KeepspaceError {
  for (const {job} of captured) {
    job.failed(error)
  }
  return error
}
