import type {Undo} from '../model/handles.ts'
import {reportToHost} from './host-calls.ts'

/** A set of listeners. A listener may remove itself or others while it is called; one that throws does not stop the rest. */
export type Emitter<Args extends readonly unknown[]> = {
  readonly size: number
  add(listener: (...args: Args) => void): Undo
  emit(...args: Args): void
}

/**
 * Makes a set of listeners. What a listener throws belongs to the host application: it is thrown again on its own turn,
 * where the host's global error handling sees it, and never inside Keepspace.
 */
export function createEmitter<Args extends readonly unknown[]>(): Emitter<Args> {
  let listeners: readonly {readonly call: (...args: Args) => void}[] = []
  return {
    get size() {
      return listeners.length
    },
    add: (listener) => {
      const entry = {call: listener}
      listeners = [...listeners, entry]
      return () => {
        listeners = listeners.filter((other) => other !== entry)
      }
    },
    emit: (...args) => {
      for (const {call} of listeners) {
        try {
          call(...args)
        } catch (error) {
          reportToHost(error)
        }
      }
    },
  }
}
