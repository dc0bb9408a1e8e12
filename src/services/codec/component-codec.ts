import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import {KeepspaceError} from '../../model/errors.ts'
import {findNonJson, type JsonObject} from '../../model/json.ts'
import type {ComponentRecord} from '../../model/records.ts'
import {measure} from './checksum.ts'

/** A state as it is stored: the text, its size and its checksum. */
export type EncodedState = {
  readonly text: string
  readonly bytes: number
  readonly checksum: number
}

/** A stored state turned into one that this version of the app understands. */
export type DecodedState = {
  readonly state: JsonObject
  readonly isEditable: boolean
  /** What is written with the next edit: the newer version stays, since an older one was only let in. */
  readonly schemaVersion: number
  readonly editableFrom: number
}

/**
 * Serialises a value once. The text gives its size, its checksum and the comparison with what is stored.
 *
 * @throws {@link KeepspaceError} `value.notJson` | `value.tooLarge`, naming the place inside the value or both sizes
 */
export function encodeValue(value: unknown, name: string, maxBytes: number): EncodedState {
  const found = findNonJson(value)
  if (found !== undefined) {
    throw new KeepspaceError('value.notJson', `${name}${found}`)
  }
  const text = JSON.stringify(value)
  const {bytes, checksum} = measure(text)
  if (bytes > maxBytes) {
    throw new KeepspaceError('value.tooLarge', `${name}: ${bytes} of at most ${maxBytes} bytes`)
  }
  return {text, bytes, checksum}
}

/**
 * Parses a stored text.
 *
 * @throws {@link KeepspaceError} `record.corrupt` when its checksum or its JSON is wrong
 */
export function decodeText(record: ComponentRecord): unknown {
  if (measure(record.json).checksum !== record.checksum) {
    throw new KeepspaceError('record.corrupt', `${record.type}: wrong checksum`)
  }
  try {
    return JSON.parse(record.json)
  } catch (cause) {
    throw new KeepspaceError('record.corrupt', `${record.type}: not JSON`, {cause})
  }
}

/**
 * Turns a stored record into a state: older versions are migrated forward, newer ones are edited where they allow it
 * and are read-only otherwise. The schema only checks, so keys it does not know stay.
 *
 * @throws {@link KeepspaceError} `record.corrupt` | `record.newer` | `value.invalid` | `definition.invalid`; the record stays as it is
 */
export function decodeState(definition: AnyComponentDefinition, record: ComponentRecord): DecodedState {
  const stored = decodeText(record)
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    throw new KeepspaceError('record.corrupt', `${record.type}: not an object`)
  }
  const isNewer = record.schemaVersion > definition.version
  const migrated = isNewer ? (stored as JsonObject) : migrate(definition, stored as JsonObject, record.schemaVersion)
  const state = withTransientKeys(definition, migrated)
  const refusal = definition.refusal(state)
  if (refusal !== undefined) {
    throw new KeepspaceError(isNewer ? 'record.newer' : 'value.invalid', refusal)
  }
  return {
    state,
    isEditable: !isNewer || record.editableFrom <= definition.version,
    schemaVersion: isNewer ? record.schemaVersion : definition.version,
    editableFrom: isNewer ? record.editableFrom : definition.editableFrom,
  }
}

/** The part of a state that is stored. */
export function withoutTransientKeys(definition: AnyComponentDefinition | undefined, state: JsonObject): JsonObject {
  if (definition === undefined || definition.transientKeys.size === 0) {
    return state
  }
  return Object.fromEntries(Object.entries(state).filter(([key]) => !definition.transientKeys.has(key)))
}

function withTransientKeys(definition: AnyComponentDefinition, state: JsonObject): JsonObject {
  if (definition.transientKeys.size === 0) {
    return state
  }
  const initial = definition.createInitial() as JsonObject
  const transient = Object.fromEntries(Object.entries(initial).filter(([key]) => definition.transientKeys.has(key)))
  return {...transient, ...state}
}

function migrate(definition: AnyComponentDefinition, state: JsonObject, from: number): JsonObject {
  let migrated = state
  for (let version = from; version < definition.version; version++) {
    const step = definition.migrations.get(version)
    if (step === undefined) {
      throw new KeepspaceError('definition.invalid', `${definition.type}: no migration from version ${version}`)
    }
    try {
      migrated = step(migrated)
    } catch (cause) {
      throw new KeepspaceError('value.invalid', `${definition.type}: migration from version ${version} failed`, {cause})
    }
  }
  return migrated
}
