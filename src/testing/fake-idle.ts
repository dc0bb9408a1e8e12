import type {Idle} from '../model/idle.ts'

/** Quiet moments under a test's control. */
export type FakeIdle = {
  readonly idle: Idle
  /** How many pieces of work wait. */
  readonly waiting: number
  /** One quiet moment: everything that waits runs once. Answers whether anything did. */
  pass(): boolean
}

/** Makes a page that is never quiet until a test says so. */
export function createFakeIdle(): FakeIdle {
  const waiting = new Set<{readonly work: () => void}>()
  return {
    idle: {
      request: (work) => {
        const entry = {work}
        waiting.add(entry)
        return () => void waiting.delete(entry)
      },
    },
    get waiting() {
      return waiting.size
    },
    pass: () => {
      const due = [...waiting]
      waiting.clear()
      for (const {work} of due) {
        work()
      }
      return due.length > 0
    },
  }
}
