import type {ContenderName} from './contender.ts'
import {type Place, type Shape, spread} from './shape.ts'
import {contenderOf, nextCount, nextTask} from './workloads.ts'

/** Many updates, some in each task, and a flush after every `flushEvery`. The runner reads the processor time. */
export async function churn(work: {
  readonly name: ContenderName
  readonly shape: Shape
  readonly updates: number
  readonly perTask: number
  readonly flushEvery: number
}): Promise<void> {
  const contender = contenderOf(work.name)
  const places = spread(work.shape, work.shape)
  for (let index = 1; index <= work.updates; index++) {
    contender.update(places[index % places.length] as Place, nextCount())
    if (index % work.flushEvery === 0) {
      await contender.flush('relaxed')
    } else if (index % work.perTask === 0) {
      await nextTask()
    }
  }
}

/** What a while of steady editing did. */
export type SteadyEditing = {
  readonly updates: number
  /** Tasks longer than 50 ms, as the browser reports them. */
  readonly longTasks: number
  /** Time inside the updates themselves. */
  readonly updateMs: number
}

/** Edits `perSecond` times a second, as fast typing does. Contenders without a pace of their own are flushed each second. */
export async function editSteadily(work: {
  readonly name: ContenderName
  readonly shape: Shape
  readonly perSecond: number
  readonly durationMs: number
}): Promise<SteadyEditing> {
  const contender = contenderOf(work.name)
  const places = spread(work.shape, work.shape)
  const longTasks = watchLongTasks()
  const startedAt = performance.now()
  let flushedAt = startedAt
  let updates = 0
  let updateMs = 0
  while (performance.now() - startedAt < work.durationMs) {
    const before = performance.now()
    contender.update(places[(updates * 7) % places.length] as Place, nextCount())
    updateMs += performance.now() - before
    updates += 1
    if (work.name !== 'keepspace' && before - flushedAt >= 1_000) {
      flushedAt = before
      void contender.flush('relaxed')
    }
    await at(startedAt + (updates * 1_000) / work.perSecond)
  }
  await contender.flush('relaxed')
  return {updates, longTasks: longTasks(), updateMs}
}

function at(dueMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
}

/** Counts from now on; the returned function stops and answers. */
function watchLongTasks(): () => number {
  let count = 0
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().length
  })
  observer.observe({entryTypes: ['longtask']})
  return () => {
    count += observer.takeRecords().length
    observer.disconnect()
    return count
  }
}
