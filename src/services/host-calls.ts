/**
 * Calls code of the host application, which may throw. What it throws is thrown again on its own turn, where the host's
 * global error handling sees it, and never inside Keepspace.
 *
 * @returns its result, or undefined when it threw
 */
export function callHost<Result>(call: () => Result): Result | undefined {
  try {
    return call()
  } catch (error) {
    reportToHost(error)
    return undefined
  }
}

/** Throws on a turn of its own. */
export function reportToHost(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
