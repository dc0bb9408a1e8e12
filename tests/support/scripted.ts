import {fromPromise} from 'xstate'

/** One call of a scripted actor. */
export type ScriptedCall<Output, Input> = {
  readonly input: Input
  /** Aborted when the chart leaves the state that made the call. */
  readonly signal: AbortSignal
  resolve(output: Output): void
  reject(error: unknown): void
}

/** A promise actor whose calls the test answers by hand, in order. */
export function scripted<Output, Input>() {
  const calls: ScriptedCall<Output, Input>[] = []
  const logic = fromPromise<Output, Input>(
    ({input, signal}) => new Promise((resolve, reject) => void calls.push({input, signal, resolve, reject})),
  )
  return {calls, logic}
}

/** Lets settled promises reach the actors. No time passes on a simulated clock. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
