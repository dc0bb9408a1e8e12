import type {Clock} from '../clock.ts'
import type {Database} from '../database/database.ts'
import type {Metrics} from '../http/metrics.ts'
import {JOB_BUCKETS, type Job} from '../store/jobs.ts'

/** Waits before the first, second and third repetition. */
const RETRIES_MS = [1_000, 2_000, 4_000]
/** After these a job waits longer, but is never given up. */
const LATER_MS = 300_000
/** Logs that are marked at the same time. */
const CONCURRENCY = 32
/** How long a server may take before another takes its job over. */
const LEASE_MS = 60_000
/** How often a server looks for jobs that others left behind. */
const LOOK_MS = 30_000

export interface VisitMarking {
  /** Looks for jobs now. Resolves when those that were due have been tried. */
  look(): Promise<void>
  close(): Promise<void>
}

/** Marks the logs of everybody who visited a snapshot that is gone. What a server did not finish, the next one does. */
export function startVisitMarking({
  clock,
  database,
  metrics,
}: {
  clock: Clock
  database: Database
  metrics: Metrics
}): VisitMarking {
  let isClosed = false
  let running: Promise<void> = Promise.resolve()
  let cancelLook: () => void = () => undefined
  const cancels = new Set<() => void>()

  const lookAfter = (delayMs: number) => {
    const cancel = clock.after(delayMs, () => {
      cancels.delete(cancel)
      void look()
    })
    cancels.add(cancel)
  }

  const markAll = async ({ownerId, snapshotId}: Job) => {
    for (;;) {
      const visitors = await database.run('visitorsOf', {ownerId, snapshotId, limit: CONCURRENCY})
      if (visitors.length === 0) {
        return
      }
      await Promise.all(visitors.map((visitorId) => database.run('markVisitDeleted', {ownerId, snapshotId, visitorId})))
    }
  }

  const attempt = async (job: Job) => {
    try {
      await markAll(job)
      await database.run('finishJob', job)
      metrics.jobs.inc({outcome: 'done'})
    } catch {
      metrics.jobs.inc({outcome: 'failed'})
      const delayMs = RETRIES_MS[job.attempts] ?? LATER_MS
      // Without an answer its lease ends and it is taken up again.
      await database.run('postponeJob', {...job, dueAt: clock.now() + delayMs}).catch(() => undefined)
      lookAfter(delayMs)
    }
  }

  const lookOnce = async () => {
    for (let bucket = 0; bucket < JOB_BUCKETS && !isClosed; bucket += 1) {
      const jobs = await database.run('claimJobs', {bucket, now: clock.now(), leaseMs: LEASE_MS}).catch(() => [])
      for (const job of jobs) {
        await attempt(job)
      }
    }
  }

  const look = () => {
    running = running.then(() => (isClosed ? undefined : lookOnce()))
    return running
  }

  const lookAgain = () => {
    void look()
    cancelLook = clock.after(LOOK_MS, lookAgain)
  }
  lookAgain()

  return {
    look,
    close: async () => {
      isClosed = true
      cancelLook()
      for (const cancel of cancels) {
        cancel()
      }
      await running
    },
  }
}
