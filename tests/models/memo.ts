import type {Source} from '../../src/model/source.ts'

/** A text that is owned outside. */
export function createMemo() {
  let text = ''
  let dirty: () => void = () => undefined
  const source: Source = {
    subscribe: (markDirty) => {
      dirty = () => markDirty(['text'])
      return () => {
        dirty = () => undefined
      }
    },
    capture: () => ({text}),
    hydrate: (records) => {
      text = String(records.text ?? '')
    },
    release: () => undefined,
  }
  return {
    source,
    get text() {
      return text
    },
    write: (next: string) => {
      text = next
      dirty()
    },
  }
}
