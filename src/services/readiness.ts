import type {Undo} from '../model/handles.ts'
import type {ReadinessResult} from '../model/save.ts'
import type {Time} from '../model/time.ts'

/** Who is not ready to be captured right now. */
export type Holds = {
  readonly labels: readonly string[]
  /** Holds the capture until the returned function is called. */
  hold(label: string): Undo
  /** Waits until nobody holds, at most `boundMs`, and says what it did. */
  wait(boundMs: number): Promise<ReadinessResult>
}

/** Makes an empty set of holds. */
export function createHolds(time: Time): Holds {
  const held = new Set<{readonly label: string}>()
  const waiting = new Set<() => void>()
  return {
    get labels() {
      return [...held].map(({label}) => label)
    },
    hold: (label) => {
      const entry = {label}
      held.add(entry)
      return () => {
        if (held.delete(entry) && held.size === 0) {
          for (const resume of [...waiting]) {
            resume()
          }
        }
      }
    },
    wait: (boundMs) =>
      held.size === 0
        ? Promise.resolve('ready')
        : new Promise((resolve) => {
            const finish = (result: ReadinessResult) => {
              waiting.delete(resume)
              time.clearTimeout(timer)
              resolve(result)
            }
            const resume = () => finish('waited')
            const timer = time.setTimeout(() => finish('timedOut'), boundMs)
            waiting.add(resume)
          }),
  }
}
