import type {Time} from '../model/time.ts'

/** The clock of the platform: what a `KeepspaceProvider` uses unless a test hands it another one. */
export const browserTime: Time = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => globalThis.setTimeout(callback, delayMs),
  clearTimeout: (handle) => globalThis.clearTimeout(handle as ReturnType<typeof globalThis.setTimeout>),
}
