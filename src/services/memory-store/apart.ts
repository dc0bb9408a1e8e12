import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import {isEqualJson, type JsonObject} from '../../model/json.ts'
import {STATE_RECORD} from '../../model/keys.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {withoutTransientKeys} from '../codec/component-codec.ts'
import type {Cell} from './cell.ts'
import {courseOf, deadlineOf} from './elapsing.ts'
import {readCells} from './hydrate.ts'
import type {StoreState} from './store-state.ts'

/**
 * The components of which other keys were changed here than another tab has stored. Only those that run by themselves:
 * somebody who pauses a timer in one tab while it ticks in the other has changed something else than the tick.
 */
export function changedApart(store: StoreState, records: readonly StoredRecord[]): ReadonlySet<Cell['id']> {
  const fresh = readCells(store.workspaceId, store.definitions, records)
  const apart = fresh.filter((found) => {
    const cell = store.cells.get(found.id)
    return cell !== undefined && mergedApart(cell, found, store.time.now()) !== undefined
  })
  return new Set(apart.map(({id}) => id))
}

/**
 * Both changes of a component in one state; undefined where both changed the same key, or the moment at which its work
 * ends, or nobody can tell. What a deadline changed when it passed gives way to a new one: it has rung, and nothing of
 * what a person set is lost.
 */
export function mergedApart(cell: Cell, fresh: Cell, nowMs: number): JsonObject | undefined {
  const {definition, state: own} = cell
  const isSameKind = fresh.type === cell.type && fresh.schemaVersion === cell.schemaVersion && fresh.status === 'ready'
  const runs = definition?.run !== undefined || definition?.operation.deadlineMs !== undefined
  if (!runs || !isSameKind || cell.source !== undefined || own === undefined) {
    return undefined
  }
  const base = stateIn(cell)
  const there = stateIn(fresh)
  if (base === undefined || there === undefined || fresh.deletedAt !== cell.deletedAt) {
    return undefined
  }
  const here = withoutTransientKeys(definition, own)
  const [mine, theirs] = withoutRings(definition, base, [here, there], nowMs)
  const changedHere = changedKeys(base, mine)
  const changedThere = new Set(changedKeys(base, theirs))
  const isOneSided = changedHere.length === 0 || changedThere.size === 0
  if (definition.run === undefined && !isOneSided) {
    return undefined
  }
  if (changedHere.some((key) => changedThere.has(key) && !isEqualJson(mine[key], theirs[key]))) {
    return undefined
  }
  const [end, ownEnd, theirEnd] = [base, mine, theirs].map((state) => deadlineOf(definition, state))
  if (ownEnd !== end && theirEnd !== end && ownEnd !== theirEnd) {
    // Who rang for the old moment has not rung for the new one.
    return undefined
  }
  const kept = Object.entries({...own, ...mine}).filter(([key]) => !changedThere.has(key))
  const taken = Object.entries(theirs).filter(([key]) => changedThere.has(key))
  const merged: JsonObject = Object.fromEntries([...kept, ...taken])
  return definition.refusal(merged) === undefined ? merged : undefined
}

/** So many rings of one component are looked through for the one that a side has rung. */
const MOST_RINGS = 1_000

type Sides = readonly [mine: JsonObject, theirs: JsonObject]

/** Both sides, of which one that only let the moment of `base` pass is as before where the other one set another moment. */
function withoutRings(
  definition: AnyComponentDefinition,
  base: JsonObject,
  [mine, theirs]: Sides,
  nowMs: number,
): Sides {
  const end = deadlineOf(definition, base)
  const ownRing = ringIn(definition, base, mine, nowMs)
  const theirRing = ringIn(definition, base, theirs, nowMs)
  if (end === undefined || (ownRing === undefined) === (theirRing === undefined)) {
    return [mine, theirs]
  }
  const isSetHere = deadlineOf(definition, mine) !== end
  const isSetThere = deadlineOf(definition, theirs) !== end
  if (ownRing !== undefined) {
    return isSetThere ? [{...mine, ...ownRing}, theirs] : [mine, theirs]
  }
  return isSetHere ? [mine, {...theirs, ...theirRing}] : [mine, theirs]
}

/** What `base` says of the keys that its deadlines changed in `side` when they passed; undefined where none did. */
function ringIn(
  definition: AnyComponentDefinition,
  base: JsonObject,
  side: JsonObject,
  nowMs: number,
): JsonObject | undefined {
  let deadlineMs = deadlineOf(definition, base)
  let state = base
  for (let count = 0; deadlineMs !== undefined && deadlineMs <= nowMs && count < MOST_RINGS; count += 1) {
    const {change, nextMs} = courseOf(definition, {state, deadlineMs}, deadlineMs)
    state = {...state, ...change}
    const keys = changedKeys(base, state)
    if (keys.length > 0 && keys.every((key) => isEqualJson(side[key], state[key]))) {
      return Object.fromEntries(keys.flatMap((key) => (base[key] === undefined ? [] : [[key, base[key]]])))
    }
    deadlineMs = nextMs
  }
  return undefined
}

function stateIn({durable}: Cell): JsonObject | undefined {
  const text = durable.get(STATE_RECORD)?.text
  try {
    return text === undefined ? undefined : (JSON.parse(text) as JsonObject)
  } catch {
    // Damaged where it is stored: a merge before this one kept what is here.
    return undefined
  }
}

function changedKeys(before: JsonObject, after: JsonObject): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].filter((key) => !isEqualJson(before[key], after[key]))
}
