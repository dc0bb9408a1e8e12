import {isEqualJson, type JsonObject} from '../../model/json.ts'
import {STATE_RECORD} from '../../model/keys.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {withoutTransientKeys} from '../codec/component-codec.ts'
import type {Cell} from './cell.ts'
import {deadlineOf} from './elapsing.ts'
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
    return cell !== undefined && mergedApart(cell, found) !== undefined
  })
  return new Set(apart.map(({id}) => id))
}

/**
 * Both changes of a component in one state; undefined where both changed the same key, or the moment at which its work
 * ends, or nobody can tell.
 */
export function mergedApart(cell: Cell, fresh: Cell): JsonObject | undefined {
  const {definition, state: own} = cell
  const isSameKind = fresh.type === cell.type && fresh.schemaVersion === cell.schemaVersion && fresh.status === 'ready'
  if (definition?.run === undefined || !isSameKind || cell.source !== undefined || own === undefined) {
    return undefined
  }
  const base = stateIn(cell)
  const theirs = stateIn(fresh)
  if (base === undefined || theirs === undefined || fresh.deletedAt !== cell.deletedAt) {
    return undefined
  }
  const mine = withoutTransientKeys(definition, own)
  const changedHere = changedKeys(base, mine)
  const changedThere = new Set(changedKeys(base, theirs))
  if (changedHere.some((key) => changedThere.has(key) && !isEqualJson(mine[key], theirs[key]))) {
    return undefined
  }
  const [end, ownEnd, theirEnd] = [base, mine, theirs].map((state) => deadlineOf(definition, state))
  if (ownEnd !== end && theirEnd !== end && ownEnd !== theirEnd) {
    // Who rang for the old moment has not rung for the new one.
    return undefined
  }
  const kept = Object.entries(own).filter(([key]) => !changedThere.has(key))
  const taken = Object.entries(theirs).filter(([key]) => changedThere.has(key))
  const merged: JsonObject = Object.fromEntries([...kept, ...taken])
  return definition.refusal(merged) === undefined ? merged : undefined
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
