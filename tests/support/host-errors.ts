import {onTestFinished, vi} from 'vitest'

/** Collects what Keepspace throws into the host until the test ends. Microtasks run at once meanwhile. */
export function catchHostErrors(): readonly unknown[] {
  const reported: unknown[] = []
  const spy = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((callback) => {
    try {
      callback()
    } catch (error) {
      reported.push(error)
    }
  })
  onTestFinished(() => spy.mockRestore())
  return reported
}
