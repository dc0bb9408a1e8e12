import {KeepspaceError} from '../model/errors.ts'

/** A method of a storage that can be made to misbehave. `open` is the one of its target. */
export type FaultyMethod = 'open' | 'commit' | 'read' | 'readPrefix' | 'list' | 'close'

/** A call that is being held up. */
export type HeldCall = {
  /** Resolves when a call has arrived and is held. */
  readonly reached: Promise<void>
  /** Ends the holding, also of a call that arrives later. */
  release(): void
}

/**
 * What goes wrong, set before it happens. Each fault takes one call (or `times` calls) of its method; several faults of
 * one method are taken in the order they were set, by whatever port the calls come from.
 */
export interface StorageFaults {
  /** The next calls reject with `error` and do not reach storage. `Infinity` is ended by {@link StorageFaults.clear}. */
  fail(method: FaultyMethod, error: KeepspaceError, times?: number): void
  /** The next call gets no answer. Released, it rejects with `storage.timeout`; it never reaches storage. */
  hang(method: FaultyMethod): HeldCall
  /** The next call waits. Released, it goes to storage and is answered by it. */
  delay(method: FaultyMethod): HeldCall
  /** The next call lands, and its answer comes when released: a commit that others see before its maker does. */
  delayAnswer(method: FaultyMethod): HeldCall
  /** The next commit lands and rejects all the same. */
  loseAnswer(code?: 'storage.timeout' | 'storage.lost'): void
  /** Forgets the faults that no call has taken yet. Calls held up stay so until they are released. */
  clear(): void
}

/** The faults that wait for their calls. */
export type FaultQueue = {
  readonly faults: StorageFaults
  /** Makes a call through the next fault of its method. An aborted signal ends a held call with `storage.timeout`. */
  through<Result>(method: FaultyMethod, call: () => Promise<Result>, signal?: AbortSignal): Promise<Result>
}

/** Gets the real call and answers in its place. */
type Fault = <Result>(call: () => Promise<Result>, signal: AbortSignal | undefined) => Promise<Result>

type Waiting = {readonly method: FaultyMethod; readonly fault: Fault; times: number}

/** Makes an empty queue: every call goes through. */
export function createFaultQueue(): FaultQueue {
  const waiting: Waiting[] = []
  const add = (method: FaultyMethod, fault: Fault, times = 1) => void waiting.push({method, fault, times})

  return {
    faults: {
      fail: (method, error, times) => add(method, () => Promise.reject(error), times),
      hang: (method) => addHeld(add, method, async (held) => held.then(() => Promise.reject(timedOut()))),
      delay: (method) => addHeld(add, method, async (held, call) => held.then(call)),
      delayAnswer: (method) => addHeld(add, method, async (held, call) => answerAfter(held, call)),
      loseAnswer: (code = 'storage.timeout') =>
        add('commit', async (call) => {
          await call()
          throw new KeepspaceError(code, 'the answer was lost')
        }),
      clear: () => void waiting.splice(0),
    },
    async through(method, call, signal) {
      const fault = take(waiting, method)
      return fault === undefined ? call() : fault(call, signal)
    },
  }
}

/** Takes the next fault of `method`, which is used up after its last call. */
function take(waiting: Waiting[], method: FaultyMethod): Fault | undefined {
  const index = waiting.findIndex((candidate) => candidate.method === method && candidate.times > 0)
  const next = waiting[index]
  if (next === undefined) {
    return undefined
  }
  next.times -= 1
  if (next.times <= 0) {
    waiting.splice(index, 1)
  }
  return next.fault
}

/** Adds a fault that holds its call up until it is released, or its signal aborts. */
function addHeld(
  add: (method: FaultyMethod, fault: Fault) => void,
  method: FaultyMethod,
  answer: <Result>(held: Promise<void>, call: () => Promise<Result>) => Promise<Result>,
): HeldCall {
  const [reached, reach] = signalPromise()
  const [released, release] = signalPromise()
  add(method, (call, signal) => {
    reach()
    return answer(Promise.race([released, aborted(signal)]), call)
  })
  return {reached, release}
}

/** Makes the call at once and hands its answer over when `held` ends. */
async function answerAfter<Result>(held: Promise<void>, call: () => Promise<Result>): Promise<Result> {
  const [answer] = await Promise.allSettled([call(), held])
  if (answer.status === 'rejected') {
    throw answer.reason
  }
  return answer.value
}

/** Rejects when `signal` aborts, never resolves. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(timedOut())
    if (signal?.aborted) {
      abort()
    }
    signal?.addEventListener('abort', abort, {once: true})
  })
}

/** A promise and what resolves it. `Promise.withResolvers` is missing in Node 20. */
function signalPromise(): [promise: Promise<void>, resolve: () => void] {
  let resolve = () => {}
  const promise = new Promise<void>((resolved) => {
    resolve = resolved
  })
  return [promise, resolve]
}

function timedOut(): KeepspaceError {
  return new KeepspaceError('storage.timeout', 'no answer')
}
