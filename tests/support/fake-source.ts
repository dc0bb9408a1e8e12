import type {Json} from '../../src/model/json.ts'
import type {HydrateOrigin, Source, SourceRecords} from '../../src/model/source.ts'

/** A source that a test edits by hand, and that notes what it is asked. */
export function fakeSource(initial: Readonly<Record<string, Json>> = {}, {isReleasable = true} = {}) {
  const records = new Map<string, Json | undefined>(Object.entries(initial))
  const listeners = new Set<(keys?: readonly string[]) => void>()
  const asked: (readonly string[] | 'all')[] = []
  const hydrated: {records: SourceRecords; origin: HydrateOrigin}[] = []
  const notes = {releases: 0, failure: undefined as Error | undefined}
  const dirty = (keys?: readonly string[]) => {
    for (const listener of listeners) {
      listener(keys)
    }
  }
  const source: Source = {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    capture: (keys) => {
      asked.push(keys)
      if (notes.failure !== undefined) {
        throw notes.failure
      }
      return Object.fromEntries([...records].filter(([key]) => keys === 'all' || keys.includes(key)))
    },
    hydrate: (given, origin) => {
      hydrated.push({records: given, origin})
      records.clear()
      for (const [key, value] of Object.entries(given)) {
        records.set(key, value)
      }
      dirty()
    },
    ...(isReleasable && {
      release: () => {
        notes.releases += 1
      },
    }),
  }
  return {
    source,
    asked,
    hydrated,
    notes,
    dirty,
    /** Changes one record and says which. */
    edit: (key: string, value: Json | undefined) => {
      records.set(key, value)
      dirty([key])
    },
    listenerCount: () => listeners.size,
  }
}
