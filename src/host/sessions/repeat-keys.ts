import type {IdSource} from '../../model/ids.ts'

/** Idempotency keys of requests that make something: the same request has the same key until it was answered. */
export type RepeatKeys = {
  /** Asks under the key of `parts`, which say all of what is asked for. */
  ask<Answer>(parts: readonly unknown[], request: (idempotencyKey: string) => Promise<Answer>): Promise<Answer>
}

/** Makes keys that last as long as the page. */
export function createRepeatKeys(ids: IdSource): RepeatKeys {
  const keys = new Map<string, string>()
  return {
    ask: async (parts, request) => {
      const name = JSON.stringify(parts)
      const key = keys.get(name) ?? ids.next()
      keys.set(name, key)
      const answer = await request(key)
      keys.delete(name)
      return answer
    },
  }
}
