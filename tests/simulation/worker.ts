import {parentPort, workerData} from 'node:worker_threads'
import {type BatchOptions, type BatchResult, replay, runBatch, traceHash} from './campaign.ts'
import {drawHistories, type History} from './history.ts'

/** What a worker is asked for. */
export type WorkerTask =
  | {readonly type: 'batch'; readonly options: BatchOptions}
  | {readonly type: 'regressions'; readonly histories: readonly History[]}
  | {readonly type: 'hashes'; readonly seed: number; readonly histories: number}

/** What it answers. */
export type WorkerAnswers = {
  readonly batch: BatchResult
  /** What each history breaks now. */
  readonly regressions: readonly (readonly string[])[]
  readonly hashes: readonly string[]
}

/** Tells the one who asked that another history has begun, also while this thread answers nothing. */
const begun = workerData as Int32Array

async function work(task: WorkerTask): Promise<WorkerAnswers[WorkerTask['type']]> {
  switch (task.type) {
    case 'batch':
      return runBatch(task.options, () => void Atomics.add(begun, 0, 1))
    case 'regressions':
      return each(task.histories, async (history) => (await replay(history)).violations)
    case 'hashes':
      return each(drawHistories(task), traceHash)
  }
}

async function each<Item, Result>(items: readonly Item[], run: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) {
    results.push(await run(item))
  }
  return results
}

parentPort?.on('message', async (task: WorkerTask) => parentPort?.postMessage(await work(task)))
