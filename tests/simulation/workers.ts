import {Worker} from 'node:worker_threads'
import type {WorkerAnswers, WorkerTask} from './worker.ts'

/** Young objects are most of a simulation's work; with room for them it runs twice as fast. */
const YOUNG_GENERATION_MB = 128

/** One bundle of the simulation on a thread of its own; does one task at a time. */
export type SimulationWorker = {
  /** @throws Error when the thread ends before it has answered */
  ask<Type extends WorkerTask['type']>(task: Extract<WorkerTask, {type: Type}>): Promise<WorkerAnswers[Type]>
  end(): Promise<void>
}

/** Starts a thread that runs `bundle`. */
export function startWorker(bundle: string): SimulationWorker {
  const worker = new Worker(bundle, {resourceLimits: {maxYoungGenerationSizeMb: YOUNG_GENERATION_MB}})
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        const stop = () => {
          worker.off('message', onAnswer)
          worker.off('error', onError)
          worker.off('exit', onExit)
        }
        const onAnswer = (answer: WorkerAnswers[typeof task.type]) => {
          stop()
          resolve(answer)
        }
        const onError = (error: unknown) => {
          stop()
          reject(error)
        }
        const onExit = (code: number) => onError(new Error(`The thread ended with code ${code}.`))
        worker.on('message', onAnswer)
        worker.on('error', onError)
        worker.on('exit', onExit)
        worker.postMessage(task)
      }),
    end: async () => {
      await worker.terminate()
    },
  }
}

/** Does `items` on as many threads as there are, each as soon as one is free. `run` says whether to go on. */
export async function shareOut<Item>(
  bundle: string,
  threads: number,
  items: Iterable<Item>,
  run: (worker: SimulationWorker, item: Item) => Promise<boolean>,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  let goesOn = true
  const work = async () => {
    const worker = startWorker(bundle)
    try {
      while (goesOn) {
        const next = waiting.next()
        if (next.done) {
          return
        }
        goesOn = (await run(worker, next.value)) && goesOn
      }
    } finally {
      await worker.end()
    }
  }
  await Promise.all(Array.from({length: threads}, work))
}
