/** Objects by id, each kept only as long as somebody else holds it. The same object for the same id until then. */
export type WeakCache<Id, Value extends object> = {
  get(id: Id): Value | undefined
  set(id: Id, value: Value): void
}

/** Makes an empty cache. */
export function createWeakCache<Id, Value extends object>(): WeakCache<Id, Value> {
  const references = new Map<Id, WeakRef<Value>>()
  const gone = new FinalizationRegistry<Id>((id) => {
    // It may have been made anew meanwhile.
    if (references.get(id)?.deref() === undefined) {
      references.delete(id)
    }
  })
  return {
    get: (id) => references.get(id)?.deref(),
    set: (id, value) => {
      references.set(id, new WeakRef(value))
      gone.register(value, id)
    },
  }
}
