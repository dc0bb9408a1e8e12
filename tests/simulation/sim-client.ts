import type {Time} from '../../src/model/time.ts'
import type {SimClock} from './sim-clock.ts'

/** The process of one page. */
export type SimClient = {
  readonly name: string
  readonly isAlive: boolean
  readonly isFrozen: boolean
  /** How often it was frozen. */
  readonly freezes: number
  /** Runs something inside the page: now, or when it is thawed. Never when it is gone. */
  run(callback: () => void): void
  freeze(): void
  thaw(): void
  /** The page is gone: nothing runs in it any more. */
  kill(): void
}

/** Makes the process of a page that runs. */
export function createClient(name: string): SimClient {
  let isAlive = true
  let isFrozen = false
  let freezes = 0
  let waiting: (() => void)[] = []
  return {
    name,
    get isAlive() {
      return isAlive
    },
    get isFrozen() {
      return isFrozen
    },
    get freezes() {
      return freezes
    },
    run: (callback) => {
      if (isAlive) {
        isFrozen ? waiting.push(callback) : callback()
      }
    },
    freeze: () => {
      isFrozen = true
      freezes += 1
    },
    thaw: () => {
      isFrozen = false
      const callbacks = waiting
      waiting = []
      for (const callback of callbacks) {
        callback()
      }
    },
    kill: () => {
      isAlive = false
      waiting = []
    },
  }
}

/** What a page gets of a promise: nothing while it is frozen, and nothing when it is gone. */
export function within<Value>(client: SimClient, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    promise.then(
      (value) => client.run(() => resolve(value)),
      (error) => client.run(() => reject(error)),
    )
  })
}

/** The time of one page: its timers wait while it is frozen and never ring when it is gone. */
export function timeOf(clock: SimClock, client: SimClient): Time {
  type Timer = {handle: unknown; isCleared: boolean}
  return {
    now: clock.now,
    elapsed: clock.elapsed,
    setTimeout: (callback, delayMs) => {
      const timer: Timer = {handle: undefined, isCleared: !client.isAlive}
      const ring = () => client.run(() => timer.isCleared || callback())
      timer.handle = timer.isCleared ? undefined : clock.setTimeout(ring, delayMs)
      return timer
    },
    clearTimeout: (handle) => {
      const timer = handle as Timer | undefined
      if (timer !== undefined) {
        timer.isCleared = true
        clock.clearTimeout(timer.handle)
      }
    },
  }
}
