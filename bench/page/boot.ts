import type {CommitId, ComponentId, EntryId, WorkspaceId} from '../../src/model/ids.ts'
import {entryKey, headKey, LAYOUT_RECORD, recordKey, STATE_RECORD} from '../../src/model/keys.ts'
import {
  type ComponentRecord,
  type EntryRecord,
  FORMAT_VERSION,
  type HeadRecord,
  type LayoutRecord,
} from '../../src/model/records.ts'
import type {CommitGroup, StoredRecord} from '../../src/model/storage-port.ts'
import {measure} from '../../src/services/codec/checksum.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import {scopedStorage} from '../../src/services/storage/scoped-storage.ts'
import {deleteDatabase, openRawDatabase} from './database.ts'
import {startKeepspace} from './keepspace-contender.ts'
import {stateKey} from './map-contender.ts'
import {type CardState, cardState, componentName, type Shape, workspaceName} from './shape.ts'

const ENTRY_ID = 'main' as EntryId
const SEEDED_AT = 1_700_000_000_000
/** Many small transactions, as an app writes them: one huge one would make the next opening slow. */
const WORKSPACES_PER_COMMIT = 20

const keepspaceDatabase = (shape: Shape) => `boot-keepspace-${shape.workspaces}`
const rawDatabase = (shape: Shape) => `boot-raw-${shape.workspaces}`

/** Fills two databases with the same workspaces: one in the form of Keepspace, one with bare states. */
export async function seed(shape: Shape): Promise<void> {
  await deleteDatabase(keepspaceDatabase(shape))
  await deleteDatabase(rawDatabase(shape))
  const port = await scopedStorage(localforageStorage({name: keepspaceDatabase(shape)}), 'bench/local').open()
  const raw = await openRawDatabase(rawDatabase(shape))
  await port.commit([entryGroup()], {durability: 'relaxed'})
  for (let first = 0; first < shape.workspaces; first += WORKSPACES_PER_COMMIT) {
    const size = Math.min(WORKSPACES_PER_COMMIT, shape.workspaces - first)
    const workspaces = Array.from({length: size}, (_, index) => first + index)
    await port.commit(
      workspaces.map((workspace) => workspaceGroup(workspace, shape.components)),
      {durability: 'relaxed'},
    )
    await raw.put(
      workspaces.flatMap((workspace) => statesOf(workspace, shape.components)),
      'relaxed',
    )
  }
  raw.close()
  await port.close()
}

/** Milliseconds from nothing until one workspace can be read, and until the list of all of them is known. */
export type Boot = {
  readonly contentMs: number
  readonly catalogueMs: number | undefined
}

/** Starts as a page does that was just loaded. */
export function boot(name: 'raw' | 'keepspace', shape: Shape, workspace: number): Promise<Boot> {
  return name === 'raw' ? bootRaw(shape, workspace) : bootKeepspace(shape, workspace)
}

async function bootRaw(shape: Shape, workspace: number): Promise<Boot> {
  const startedAt = performance.now()
  const database = await openRawDatabase(rawDatabase(shape))
  const states = new Map(await database.read(`c/${workspace}/`))
  const contentMs = performance.now() - startedAt
  assertCount(states.size, shape)
  return {contentMs, catalogueMs: undefined}
}

async function bootKeepspace(shape: Shape, workspace: number): Promise<Boot> {
  const startedAt = performance.now()
  const keepspace = startKeepspace(keepspaceDatabase(shape))
  const whenCatalogueRead = keepspace.whenStarted().then(() => performance.now() - startedAt)
  const handle = await keepspace.whenReady(workspaceName(workspace))
  const contentMs = performance.now() - startedAt
  assertCount(handle.getComponents().length, shape)
  const catalogueMs = await whenCatalogueRead
  if (keepspace.catalogue.getSnapshot().workspaces.length !== shape.workspaces) {
    throw new Error('the catalogue is not complete')
  }
  return {contentMs, catalogueMs}
}

function assertCount(found: number, {components}: Shape): void {
  if (found !== components) {
    throw new Error(`${found} of ${components} components`)
  }
}

function statesOf(workspace: number, components: number): (readonly [key: string, value: CardState])[] {
  return Array.from({length: components}, (_, component) => {
    const place = {workspace, component}
    return [stateKey(place), cardState(place)] as const
  })
}

function entryGroup(): CommitGroup {
  const commitId = 'seed-entry' as CommitId
  const entry: EntryRecord = {
    formatVersion: FORMAT_VERSION,
    id: ENTRY_ID,
    title: 'Main',
    order: 'a0',
    createdAt: SEEDED_AT,
    revision: 1,
    commitId,
  }
  const key = entryKey(ENTRY_ID)
  return {commitId, expect: {key, revision: 0}, puts: [{key, value: entry}], deletes: []}
}

function workspaceGroup(workspace: number, components: number): CommitGroup {
  const id = workspaceName(workspace) as WorkspaceId
  const commitId = `seed-${workspace}` as CommitId
  const records = Array.from({length: components}, (_, component) => componentRecords(id, workspace, component)).flat()
  const head: HeadRecord = {
    formatVersion: FORMAT_VERSION,
    id,
    entryId: ENTRY_ID,
    title: id,
    order: `a${String(workspace).padStart(6, '0')}V`,
    createdAt: SEEDED_AT,
    updatedAt: SEEDED_AT,
    componentCount: components,
    bytes: components * 2_700,
    revision: 1,
    commitId,
  }
  const key = headKey(id)
  return {commitId, expect: {key, revision: 0}, puts: [{key, value: head}, ...records], deletes: []}
}

function componentRecords(id: WorkspaceId, workspace: number, component: number): readonly StoredRecord[] {
  const componentId = componentName(component) as ComponentId
  const json = JSON.stringify(cardState({workspace, component}))
  const record: ComponentRecord = {
    type: 'card',
    schemaVersion: 1,
    editableFrom: 1,
    revision: 1,
    checksum: measure(json).checksum,
    json,
  }
  const layout: LayoutRecord = {revision: 1, layout: {x: 0, y: 0, width: 240, height: 160, z: 0}, isActive: false}
  return [
    {key: recordKey(id, componentId, STATE_RECORD), value: record},
    {key: recordKey(id, componentId, LAYOUT_RECORD), value: layout},
  ]
}
