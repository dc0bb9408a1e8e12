import {Worker} from 'node:worker_threads'
import type {WorkerAnswers, WorkerTask} from './worker.ts'

/** Young objects are most of a simulation's work; with room for them it runs twice as fast. */
const YOUNG_GENERATION_MB = 128
/** How often a thread is looked at. */
const LOOK_MS = 1_000
/** A history that takes longer than this never ends. */
const STUCK_MS = 60_000

/** One bundle of the simulation on a thread of its own; does one task at a time. */
export type SimulationWorker = {
  /**
   * @throws StuckError when a history never ends: the thread is gone then
   * @throws Error when the thread ends before it has answered
   */
  ask<Type extends WorkerTask['type']>(task: Extract<WorkerTask, {type: Type}>): Promise<WorkerAnswers[Type]>
  end(): Promise<void>
}

/** A history goes round in a circle, in which no time passes. */
export class StuckError extends Error {
  override readonly name = 'StuckError'
  /** Histories of the task that were begun; the last of them is the one. */
  readonly begun: number

  constructor(begun: number) {
    super(`History ${begun} of a task never ends.`)
    this.begun = begun
  }
}

/** Starts a thread that runs `bundle`. */
export function startWorker(bundle: string): SimulationWorker {
  const begun = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const worker = new Worker(bundle, {
    workerData: begun,
    resourceLimits: {maxYoungGenerationSizeMb: YOUNG_GENERATION_MB},
  })
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        Atomics.store(begun, 0, 0)
        const stop = () => {
          clearInterval(looking)
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
        const looking = watch(begun, (count) => {
          onError(new StuckError(count))
          void worker.terminate()
        })
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

/** Calls `stuck` once the number of histories that were begun stays the same for too long. */
function watch(begun: Int32Array, stuck: (count: number) => void) {
  let [count, since] = [0, performance.now()]
  return setInterval(() => {
    const now = Atomics.load(begun, 0)
    if (now !== count) {
      ;[count, since] = [now, performance.now()]
    } else if (count > 0 && performance.now() - since > STUCK_MS) {
      stuck(count)
    }
  }, LOOK_MS)
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
