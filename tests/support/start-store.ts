import type {AnyComponentDefinition} from '../../src/model/component-definition.ts'
import type {CommitId, ComponentId, EntryId, WorkspaceId} from '../../src/model/ids.ts'
import {componentsPrefix, headKey, recordKey, STATE_RECORD} from '../../src/model/keys.ts'
import type {ComponentRecord, HeadRecord} from '../../src/model/records.ts'
import {measure} from '../../src/services/codec/checksum.ts'
import type {Capture} from '../../src/services/memory-store/capture.ts'
import type {StoreListener} from '../../src/services/memory-store/store-state.ts'
import {createWorkspaceStore} from '../../src/services/memory-store/workspace-store.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {note, timer} from './definitions.ts'

export const workspaceId = 'w1' as WorkspaceId

export type StartStoreOptions = {
  readonly definitions?: readonly AnyComponentDefinition[]
  /** What is stored of the workspace, by key; saves write here. */
  readonly stored?: Map<string, unknown>
  readonly isDevelopment?: boolean
  readonly maxRecordBytes?: number
}

/** The store of workspace `w1` beside a map that plays its storage. It is still to be loaded. */
export function startStore(options: StartStoreOptions = {}) {
  const {stored = new Map(), definitions = [note, timer] as unknown as AnyComponentDefinition[]} = options
  const time = createSimulatedTime(1_000)
  const heard: string[] = []
  const store = createWorkspaceStore({
    workspaceId,
    definitions: new Map(definitions.map((definition) => [definition.type, definition])),
    time,
    maxRecordBytes: options.maxRecordBytes ?? 1_000_000,
    isDevelopment: options.isDevelopment ?? false,
    listener: listenerInto(heard),
  })
  let revision = 0

  const capture = (): Capture => {
    revision += 1
    return store.capture({revision, commitId: `commit-${revision}` as CommitId})
  }
  const land = ({puts, deletes}: Capture) => {
    for (const {key, value} of puts) {
      stored.set(key, structuredClone(value))
    }
    for (const key of deletes) {
      stored.delete(key)
    }
  }
  return {
    store,
    time,
    stored,
    heard,
    capture,
    /** A commit that lands without its answer. */
    land,
    load: (isReadOnly = false) => {
      const records = [...stored]
        .filter(([key]) => key.startsWith(componentsPrefix(workspaceId)))
        .map(([key, value]) => ({key, value: structuredClone(value)}))
      store.hydrate(
        {head: (stored.get(headKey(workspaceId)) as HeadRecord | undefined) ?? newHead(), records},
        isReadOnly,
      )
    },
    save: (): Capture => {
      const captured = capture()
      if (!captured.isUnchanged) {
        land(captured)
      }
      store.acknowledge(captured)
      return captured
    },
  }
}

/** Loaded, with everything heard so far forgotten. */
export function startLoadedStore(options: StartStoreOptions = {}) {
  const started = startStore(options)
  started.load()
  started.heard.length = 0
  return started
}

export const component = (id: string): ComponentId => id as ComponentId

/** The keys a capture writes or deletes, without the head. */
export function keysOf({puts, deletes}: Capture) {
  return {puts: puts.slice(1).map(({key}) => key), deletes}
}

/** A stored component as another version of the app may have written it. */
export function storedState(
  id: string,
  state: unknown,
  facts: Partial<ComponentRecord> & {readonly record?: string} = {},
): [key: string, value: ComponentRecord] {
  const {record = STATE_RECORD, ...fields} = facts
  const json = typeof state === 'string' ? state : JSON.stringify(state)
  return [
    recordKey(workspaceId, component(id), record),
    {type: 'note', schemaVersion: 1, editableFrom: 1, revision: 1, checksum: measure(json).checksum, json, ...fields},
  ]
}

/** The whole state of an added component, as `add` of the store wants it. */
export function added(id: string, facts: {readonly state?: Record<string, never>; readonly ifAbsent?: boolean} = {}) {
  return {id: component(id), state: facts.state, layout: undefined, ifAbsent: facts.ifAbsent ?? false}
}

function newHead(): HeadRecord {
  return {
    formatVersion: 1,
    id: workspaceId,
    entryId: 'e1' as EntryId,
    title: 'One',
    order: 'a0',
    createdAt: 500,
    updatedAt: 500,
    componentCount: 0,
    bytes: 0,
    revision: 0,
    commitId: '' as CommitId,
  }
}

function listenerInto(heard: string[]): StoreListener {
  return {
    component: (id) => void heard.push(`component ${id}`),
    structure: () => void heard.push('structure'),
    burst: (version, isUrgent) => void heard.push(`burst ${version}${isUrgent ? ' urgent' : ''}`),
    throttled: (id) => void heard.push(`throttled ${id}`),
    immediate: (id) => void heard.push(`immediate ${id}`),
    deadline: () => undefined,
    rang: (id) => void heard.push(`rang ${id}`),
    activeChanged: (id, isActive) => void heard.push(`${isActive ? 'active' : 'inactive'} ${id}`),
    dropped: ({code}) => void heard.push(`dropped ${code}`),
  }
}
