import {KeepspaceError} from '../model/errors.ts'
import type {SetOptions, Undo} from '../model/handles.ts'
import {isEqualJson} from '../model/json.ts'
import type {ComponentAccess} from './use-component-access.ts'

/** A state as the keys and values that are compared. */
type Fields = Readonly<Record<string, unknown>>

export type PublishOptions = {
  /** Keys whose change is saved at once. */
  readonly immediateKeys?: readonly string[]
  readonly throttleMs?: number
}

/** What is known of the stored state. A new object only when a value came from elsewhere. */
export type RestoredView<State extends object> = {
  /** The stored state as it came last from elsewhere, with the edits that were newer than it. */
  readonly restored: State | undefined
  /** Whether the stored state is known: from the load on. */
  readonly isRestored: boolean
}

export const nothingRestored: RestoredView<never> = {restored: undefined, isRestored: false}

/** So many states may be on their way into the component at once: handed over, but not rendered yet. */
const MAX_HANDED_OVER = 8

/**
 * Ties a value that a component owns to its stored state, key by key. Only a change of the first value is an edit; an
 * edit wins over what was stored before it, everything else follows the store.
 *
 * An edit that cannot be published yet, because the workspace is still being loaded, is published when it can be,
 * whether the component is still mounted by then or not.
 */
export class LocalValue<State extends object> {
  readonly access: ComponentAccess<State>
  readonly #first: Fields
  #current: Fields
  #options: PublishOptions = {}
  /** Keys that were changed here and are not published. */
  readonly #edited = new Set<string>()
  /** The newest state of the store that was looked at. */
  #stored: State | undefined
  /** What the store is expected to hold: {@link LocalValue.#stored} and what was published since. */
  #known: State | undefined
  #view: RestoredView<State> = nothingRestored
  #isHandOverDue = false
  #handedOver: readonly Fields[] = []
  #stopWaiting: Undo | undefined

  /** @param first - the value before anybody touched it. Never published. */
  constructor(access: ComponentAccess<State>, first: Partial<State>) {
    this.access = access
    this.#first = first as Fields
    this.#current = first as Fields
  }

  getView(): RestoredView<State> {
    this.#look()
    return this.#view
  }

  /**
   * Takes the value that the component has now and publishes what changed in it.
   *
   * @throws {@link KeepspaceError} as `ComponentHandle.set` does, unless the edit may be possible later.
   */
  update(value: Partial<State>, options: PublishOptions): void {
    this.#options = options
    if (value !== this.#current) {
      this.#noteChanges(value as Fields)
    }
    this.#publish()
  }

  /** A state from elsewhere that the component should take over; each one only once. */
  takeRestored(): State | undefined {
    this.#look()
    if (!this.#isHandOverDue || this.#known === undefined) {
      return undefined
    }
    this.#isHandOverDue = false
    const restored: State = {...this.#known, ...pick(this.#current, this.#edited)}
    this.#handedOver = [...this.#handedOver, restored as Fields].slice(-MAX_HANDED_OVER)
    return restored
  }

  /** Notices what others wrote: the load, another tab, running work. */
  #look(): void {
    const stored = this.access.getState()
    if (stored === undefined || stored === this.#stored) {
      return
    }
    this.#stored = stored
    if (!isEqualJson(stored, this.#known)) {
      this.#view = {restored: {...stored, ...pick(this.#current, this.#edited)}, isRestored: true}
      this.#isHandOverDue = true
    }
    this.#known = stored
  }

  /** A value that was handed over and comes back is no edit; neither is one that is back at its beginning unloaded. */
  #noteChanges(value: Fields): void {
    for (const key of changedKeys(this.#current, value)) {
      const isEcho = this.#handedOver.some((state) => isEqualJson(state[key], value[key]))
      const isUntouched = this.#known === undefined && isEqualJson(this.#first[key], value[key])
      if (isUntouched) {
        this.#edited.delete(key)
      } else if (!isEcho) {
        this.#edited.add(key)
      }
    }
    this.#current = value
    const newest = this.#handedOver.at(-1)
    if (newest !== undefined && Object.keys(value).every((key) => isEqualJson(newest[key], value[key]))) {
      this.#handedOver = []
    }
  }

  #publish(): void {
    this.#look()
    const isDone = this.#edited.size === 0 || (this.access.getState() !== undefined && this.#trySet())
    if (isDone) {
      this.#stopWaiting?.()
      this.#stopWaiting = undefined
    } else {
      this.#stopWaiting ??= this.access.subscribe(() => queueMicrotask(() => this.#publish()))
    }
  }

  /** False when the component cannot be edited now, so that the edit has to wait. */
  #trySet(): boolean {
    const edited = [...this.#edited]
    const before = this.#known
    const stored = before as Fields | undefined
    const patch = pick(
      this.#current,
      edited.filter((key) => !isEqualJson(this.#current[key], stored?.[key])),
    ) as Partial<State>
    this.#edited.clear()
    if (Object.keys(patch).length === 0) {
      return true
    }
    this.#known = {...before, ...patch} as State
    try {
      this.access.set(patch, setOptionsFor(patch, this.#options))
      return true
    } catch (error) {
      this.#known = before
      if (!mayWorkLater(error)) {
        throw error
      }
      for (const key of edited) {
        this.#edited.add(key)
      }
      return false
    }
  }
}

function setOptionsFor(patch: Fields, {immediateKeys = [], throttleMs}: PublishOptions): SetOptions {
  return {
    ...(immediateKeys.some((key) => key in patch) && {immediate: true}),
    ...(throttleMs !== undefined && {throttleMs}),
  }
}

function mayWorkLater(error: unknown): boolean {
  const code = error instanceof KeepspaceError ? error.code : undefined
  return code === 'component.readOnly' || code === 'component.missing' || code === 'closing' || code === 'disposed'
}

function changedKeys(before: Fields, after: Fields): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].filter((key) => !isEqualJson(before[key], after[key]))
}

function pick(value: Fields, keys: Iterable<string>): Fields {
  return Object.fromEntries([...keys].map((key) => [key, value[key]]))
}
