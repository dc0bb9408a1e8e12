import type {Contender} from './contender.ts'
import {type Database, deleteDatabase, openRawDatabase} from './database.ts'
import {fillStates, stateKey, updateState} from './map-contender.ts'
import type {CardState} from './shape.ts'

type Raw = {
  readonly database: () => Database
  readonly states: Map<string, CardState>
  readonly dirty: Set<string>
}

/** The limit: what changed goes into one transaction, one put each, and nothing else is done. */
export function createRawContender(): Contender {
  const {base, database, states, dirty} = createBase('bench-raw')
  return {
    ...base,
    name: 'raw',
    flush: (durability) => database().put(takeDirty(states, dirty), durability),
  }
}

/** The limit with what two tabs need: the revision of every changed workspace is compared and written with it. */
export function createRawCheckedContender(): Contender {
  const {base, database, states, dirty} = createBase('bench-raw-checked')
  const revisions = new Map<string, number>()
  return {
    ...base,
    name: 'rawChecked',
    open: async (shape) => {
      await base.open(shape)
      for (let workspace = 0; workspace < shape.workspaces; workspace++) {
        revisions.set(headOf(`c/${workspace}/`), 1)
      }
      await database().put(
        [...revisions].map(([head, revision]) => [head, {revision}] as const),
        'relaxed',
      )
    },
    flush: (durability) => {
      const records = takeDirty(states, dirty)
      const expected = new Map(records.map(([key]) => [headOf(key), revisions.get(headOf(key)) ?? 0]))
      const heads = [...expected].map(([head, revision]) => [head, {revision: revision + 1}] as const)
      for (const [head, {revision}] of heads) {
        revisions.set(head, revision)
      }
      return database().putChecked([...heads, ...records], expected, durability)
    },
  }
}

/** What the first version of many an app does: each update is a transaction. */
export function createRawPutContender(): Contender {
  const {base, database, states} = createBase('bench-raw-put')
  const running = new Set<Promise<void>>()
  return {
    ...base,
    name: 'rawPut',
    update: (place, count) => {
      const key = stateKey(place)
      updateState(states, key, count)
      const put = database()
        .put([[key, states.get(key)]], 'relaxed')
        .finally(() => running.delete(put))
      running.add(put)
    },
    flush: async () => {
      await Promise.all(running)
    },
  }
}

function createBase(name: string): Raw & {readonly base: Contender} {
  let opened: Database | undefined
  const database = () => opened as Database
  const states = new Map<string, CardState>()
  const dirty = new Set<string>()
  const base: Contender = {
    name: 'raw',
    open: async (shape) => {
      await deleteDatabase(name)
      opened = await openRawDatabase(name)
      fillStates(states, shape)
      await opened.put(states, 'relaxed')
    },
    update: (place, count) => {
      const key = stateKey(place)
      updateState(states, key, count)
      dirty.add(key)
    },
    flush: async () => {},
    evict: async (workspace) => {
      for (const key of [...states.keys()].filter((key) => key.startsWith(`c/${workspace}/`))) {
        states.delete(key)
      }
    },
    restore: async (workspace) => {
      const records = await database().read(`c/${workspace}/`)
      for (const [key, value] of records) {
        states.set(key, value as CardState)
      }
      return records.length
    },
    close: async () => {
      opened?.close()
      states.clear()
      await deleteDatabase(name)
    },
  }
  return {base, database, states, dirty}
}

function takeDirty(states: Map<string, CardState>, dirty: Set<string>): (readonly [key: string, value: CardState])[] {
  const records = [...dirty].map((key) => [key, states.get(key) as CardState] as const)
  dirty.clear()
  return records
}

const headOf = (key: string): string => `head/${key.split('/')[1]}`
