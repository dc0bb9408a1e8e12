import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {Change, SetOptions} from '../../model/handles.ts'
import type {ComponentId} from '../../model/ids.ts'
import {findNonJson, type JsonObject} from '../../model/json.ts'
import {LAYOUT_RECORD, OPERATIONS_RECORD, STATE_RECORD, TOMBSTONE_RECORD} from '../../model/keys.ts'
import type {Layout} from '../../model/records.ts'
import {ALL_RECORDS, type Cell, createCell, DEFAULT_LAYOUT} from './cell.ts'
import {throttleMsOf, weigh} from './coordinator.ts'
import {followRun, resumeRun, stopRun} from './runs.ts'
import {editableCell, mark, postpone, type StoreState, touch, touchStructure} from './store-state.ts'

export type NewComponent = {
  readonly id: ComponentId
  readonly state: JsonObject | undefined
  readonly layout: Partial<Layout> | undefined
  readonly ifAbsent: boolean
}

/**
 * Merges a change into the state of a component and tells its views at once. What it costs depends on the keys of that
 * one component, never on the size of the workspace.
 */
export function setState(
  store: StoreState,
  id: ComponentId,
  change: Change<JsonObject>,
  options: SetOptions | undefined,
): void {
  if (store.phase === 'loading') {
    if (store.isDevelopment && typeof change === 'object') {
      assertJson(id, change)
    }
    const edit = typeof change === 'function' ? undefined : ({kind: 'set', id, patch: change, options} as const)
    postpone(store, edit, () => setState(store, id, change, options))
    return
  }
  const cell = editableCell(store, id)
  if (cell.status !== 'ready' || cell.state === undefined) {
    throw new KeepspaceError('component.readOnly', `${cell.type} ${id}`)
  }
  const patch = typeof change === 'function' ? change(cell.state) : change
  const weight = weigh(cell.definition, cell.state, patch, options)
  if (weight === 'none') {
    return
  }
  const next = {...cell.state, ...patch}
  if (store.isDevelopment) {
    assertStorable(cell, patch, next)
  }
  cell.state = next
  followRun(store, cell)
  touch(store, cell)
  if (weight === 'immediate') {
    store.listener.immediate(id)
    mark(store, cell, STATE_RECORD, true)
  } else if (weight === 'debounced') {
    mark(store, cell, STATE_RECORD, false)
  } else if (weight === 'throttled') {
    markThrottled(store, cell, throttleMsOf(cell.definition, options))
  }
}

/** Adds a component. A deleted one comes back only by an explicit add or by {@link undelete}, never by `ifAbsent`. */
export function addComponent(store: StoreState, definition: AnyComponentDefinition, added: NewComponent): void {
  if (store.phase === 'loading') {
    if (store.isDevelopment) {
      assertStorable(
        {type: definition.type, definition},
        {...added.state},
        {...definition.createInitial(), ...added.state},
      )
    }
    postpone(store, {kind: 'add', type: definition.type, ...added}, () => addComponent(store, definition, added))
    return
  }
  const existing = store.cells.get(added.id)
  if (existing !== undefined && added.ifAbsent) {
    return
  }
  if (store.phase === 'readOnly') {
    throw new KeepspaceError('component.readOnly', added.id)
  }
  if (existing !== undefined && existing.deletedAt === undefined) {
    throw new KeepspaceError('component.duplicate', added.id)
  }
  const state = {...definition.createInitial(), ...added.state}
  const layout = {...DEFAULT_LAYOUT, ...added.layout}
  const cell = existing ?? createCell({id: added.id, type: definition.type, definition, status: 'ready'})
  if (store.isDevelopment) {
    assertStorable(cell, state, state)
  }
  if (existing !== undefined) {
    mark(store, existing, TOMBSTONE_RECORD, true)
    // What was started in the one before is over.
    mark(store, existing, OPERATIONS_RECORD, true)
  }
  // A deleted component keeps its cell: a commit of its tombstone may be under way and must be known to be undone.
  Object.assign(cell, {
    type: definition.type,
    definition,
    status: 'ready',
    state,
    layout,
    schemaVersion: definition.version,
    editableFrom: definition.editableFrom,
    deletedAt: undefined,
    problem: undefined,
    operations: undefined,
    unknownOperations: [],
  } satisfies Partial<Cell>)
  store.cells.set(added.id, cell)
  mark(store, cell, STATE_RECORD, true)
  mark(store, cell, LAYOUT_RECORD, true)
  followRun(store, cell)
  touchStructure(store, cell)
}

/** Puts a readable state in the place of one that cannot be read. Where it stands stays. */
export function replaceDamaged(
  store: StoreState,
  definition: AnyComponentDefinition,
  id: ComponentId,
  state: JsonObject,
): void {
  const cell = editableCell(store, id)
  if (cell.problem?.error.code !== 'record.corrupt') {
    throw new KeepspaceError('component.duplicate', id)
  }
  const {type, version: schemaVersion, editableFrom} = definition
  const fields = {type, definition, status: 'ready', state, schemaVersion, editableFrom, problem: undefined} as const
  Object.assign(cell, fields satisfies Partial<Cell>)
  mark(store, cell, STATE_RECORD, true)
  if (!cell.durable.has(LAYOUT_RECORD)) {
    mark(store, cell, LAYOUT_RECORD, true)
  }
  followRun(store, cell)
  touchStructure(store, cell)
}

/** Deletes a component: a tombstone is stored, and what it held stays under it until retention removes both. */
export function removeComponent(store: StoreState, id: ComponentId): void {
  if (store.phase === 'loading') {
    postpone(store, {kind: 'remove', id}, () => removeComponent(store, id))
    return
  }
  const cell = editableCell(store, id)
  stopRun(store, cell)
  cell.deletedAt = store.time.now()
  mark(store, cell, TOMBSTONE_RECORD, true)
  touchStructure(store, cell)
}

/** Takes a deletion back. Nothing happens to a component that was not deleted. */
export function undelete(store: StoreState, id: ComponentId): void {
  if (store.phase === 'loading') {
    postpone(store, {kind: 'undelete', id}, () => undelete(store, id))
    return
  }
  if (store.phase === 'readOnly') {
    throw new KeepspaceError('component.readOnly', id)
  }
  const cell = store.cells.get(id)
  if (cell === undefined) {
    throw new KeepspaceError('component.missing', id)
  }
  if (cell.deletedAt === undefined) {
    return
  }
  cell.deletedAt = undefined
  mark(store, cell, TOMBSTONE_RECORD, true)
  markContent(store, cell)
  resumeRun(store, cell)
  touchStructure(store, cell)
}

/** What changed while it was deleted was not saved. Content that is stored as it is costs no write. */
function markContent(store: StoreState, cell: Cell): void {
  if (cell.status === 'ready') {
    mark(store, cell, STATE_RECORD, true)
  } else if (cell.status === 'foreign' && cell.source !== undefined) {
    mark(store, cell, ALL_RECORDS, true)
  }
}

/** Moves or resizes a component. Its content is not written again for it. */
export function setLayout(
  store: StoreState,
  id: ComponentId,
  patch: Partial<Layout>,
  options: SetOptions | undefined,
): void {
  if (store.phase === 'loading') {
    postpone(store, {kind: 'setLayout', id, layout: patch, options}, () => setLayout(store, id, patch, options))
    return
  }
  const cell = editableCell(store, id)
  const layout = {...cell.layout, ...patch}
  if (!Object.values(layout).every(Number.isFinite)) {
    throw new KeepspaceError('value.notJson', `layout of ${id}`)
  }
  cell.layout = layout
  if (!options?.transient) {
    mark(store, cell, LAYOUT_RECORD, options?.immediate ?? false)
  }
  touchStructure(store, cell)
}

/** Switches a component on or off. Stored at once: it is a deliberate act. */
export function setActive(store: StoreState, id: ComponentId, isActive: boolean): void {
  if (store.phase === 'loading') {
    postpone(store, {kind: 'setActive', id, isActive}, () => setActive(store, id, isActive))
    return
  }
  const cell = editableCell(store, id)
  if (cell.isActive === isActive) {
    return
  }
  cell.isActive = isActive
  mark(store, cell, LAYOUT_RECORD, true)
  touchStructure(store, cell)
  store.listener.activeChanged(id, isActive)
}

/** Lets every change through that waits for its throttle: something is about to be captured. */
export function releaseThrottled(store: StoreState): void {
  for (const cell of store.cells.values()) {
    if (cell.throttleTimer !== undefined) {
      letThrough(store, cell)
    }
  }
}

function markThrottled(store: StoreState, cell: Cell, throttleMs: number): void {
  if (cell.throttleTimer !== undefined) {
    return
  }
  const waitMs = cell.lastMarkedAt + throttleMs - store.time.elapsed()
  if (waitMs <= 0) {
    letThrough(store, cell)
  } else {
    cell.throttleTimer = store.time.setTimeout(() => letThrough(store, cell), waitMs)
  }
}

function letThrough(store: StoreState, cell: Cell): void {
  store.time.clearTimeout(cell.throttleTimer)
  cell.throttleTimer = undefined
  cell.lastMarkedAt = store.time.elapsed()
  store.listener.throttled(cell.id)
  mark(store, cell, STATE_RECORD, false)
}

function assertJson(name: string, patch: Partial<JsonObject>): void {
  const found = findNonJson(patch)
  if (found !== undefined) {
    throw new KeepspaceError('value.notJson', `${name}${found}`)
  }
}

function assertStorable(
  {type, definition}: Pick<Cell, 'type' | 'definition'>,
  patch: JsonObject,
  next: JsonObject,
): void {
  assertJson(type, patch)
  const refusal = definition?.refusal(next)
  if (refusal !== undefined) {
    throw new KeepspaceError('value.invalid', refusal)
  }
}
