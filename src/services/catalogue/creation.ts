import {KeepspaceError} from '../../model/errors.ts'
import type {Catalogue} from '../../model/handles.ts'
import {assertUsableId, type CommitId, type EntryId, type IdSource, type WorkspaceId} from '../../model/ids.ts'
import {componentsPrefix, entryKey, headKey, isOperationsKey, parseRecordKey} from '../../model/keys.ts'
import {type EntryRecord, FORMAT_VERSION, type HeadRecord, type Stamp} from '../../model/records.ts'
import type {Durability, StoredRecord} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import {countComponents} from '../memory-store/hydrate.ts'
import type {BackgroundWriter} from '../writing/background-writer.ts'
import type {CatalogueIndex} from './catalogue-index.ts'
import {isOrder, laterOrder, orderBetween} from './order.ts'
import type {RecordUpdates} from './record-updates.ts'
import {cleanTitle} from './titles.ts'

/** The component records of a workspace, each with its size. */
export type FilledRecords = readonly (StoredRecord & {readonly bytes: number})[]

/** Whatever makes new entries and workspaces. */
export type Creation = Pick<Catalogue, 'createEntry' | 'createWorkspace'> & {
  /** Makes a workspace of these records, which belong to another one, right behind that one. */
  createCopy(head: HeadRecord, records: readonly StoredRecord[], deletes?: readonly string[]): Promise<WorkspaceId>
  /** The order key after the last workspace of an entry. */
  lastOrder(entryId: EntryId): string
  /** Makes a workspace that begins with content, in one commit. */
  insertWorkspace(
    facts: {readonly entryId: EntryId; readonly title: string},
    fill: (id: WorkspaceId) => FilledRecords,
  ): Promise<WorkspaceId>
  /** Stores an entry again that storage lost. */
  resaveEntry(entry: EntryRecord): Promise<void>
}

/** Makes entries and workspaces, each in one commit that expects that there is none yet. */
export function createCreation(options: {
  readonly index: CatalogueIndex
  readonly writer: BackgroundWriter
  readonly ids: IdSource
  readonly time: Time
  readonly updateEntry: RecordUpdates['updateEntry']
  readonly assertNew: (id: WorkspaceId) => Promise<void> | undefined
  readonly stored: (id: WorkspaceId, revision: number) => void
}): Creation {
  const {index, writer, ids, time, updateEntry, assertNew, stored} = options

  /** Order keys given to workspaces that are not stored yet, so that two made at once do not share one. */
  const given = new Map<EntryId, string>()
  const lastOrder = (entryId: EntryId) => {
    const orders = index.heads().flatMap((head) => (head.entryId === entryId && isOrder(head.order) ? head.order : []))
    const last = orders.reduce<string | null>(laterOrder, given.get(entryId) ?? null)
    const order = orderBetween(last, null)
    given.set(entryId, order)
    return order
  }

  const createHead = async (
    head: HeadRecord,
    puts: readonly StoredRecord[],
    deletes: readonly string[] = [],
  ): Promise<WorkspaceId> => {
    let written = head
    await writer.write({
      targetKind: 'workspace',
      target: head.id,
      key: headKey(head.id),
      reason: 'catalogue',
      durability: 'relaxed',
      baseRevision: () => 0,
      build: (stamp) => {
        written = {...head, ...stamp}
        return written
      },
      puts,
      deletes,
    })
    index.putHead(written)
    stored(head.id, written.revision)
    return head.id
  }

  const newHead = (facts: Pick<HeadRecord, 'id' | 'entryId' | 'title' | 'order'>): HeadRecord => ({
    formatVersion: FORMAT_VERSION,
    createdAt: time.now(),
    updatedAt: time.now(),
    componentCount: 0,
    bytes: 0,
    revision: 0,
    commitId: '' as CommitId,
    ...facts,
  })

  /** Writes an entry of which nothing is stored. */
  const writeNewEntry = async (id: EntryId, durability: Durability, build: (stamp: Stamp) => EntryRecord) => {
    let written: EntryRecord | undefined
    await writer.write({
      targetKind: 'entry',
      target: id,
      key: entryKey(id),
      reason: 'catalogue',
      durability,
      baseRevision: () => 0,
      build: (stamp) => {
        written = build(stamp)
        return written
      },
    })
    if (written !== undefined) {
      index.putEntry(written)
    }
  }

  const createEntry: Catalogue['createEntry'] = async ({title, id}) => {
    const entryId = (id ?? ids.next()) as EntryId
    assertUsableId(entryId, 'entry')
    await writeNewEntry(entryId, 'relaxed', (stamp) => ({
      formatVersion: FORMAT_VERSION,
      id: entryId,
      title: cleanTitle(title),
      order: orderBetween(index.entries().findLast(({order}) => isOrder(order))?.order ?? null, null),
      createdAt: time.now(),
      ...stamp,
    }))
    return entryId
  }

  const withoutDefault = new Set<EntryId>()
  const giveDefault = async (entryId: EntryId, workspaceId: WorkspaceId) => {
    if (index.entry(entryId)?.defaultWorkspaceId !== undefined || withoutDefault.has(entryId)) {
      return
    }
    withoutDefault.add(entryId)
    try {
      await updateEntry(entryId, (entry) =>
        entry.defaultWorkspaceId === undefined ? {defaultWorkspaceId: workspaceId} : undefined,
      )
    } finally {
      withoutDefault.delete(entryId)
    }
  }

  const createWorkspace: Catalogue['createWorkspace'] = async ({entryId, title, id}) => {
    if (index.entry(entryId) === undefined) {
      throw new KeepspaceError('notFound', entryId)
    }
    const workspaceId = (id ?? ids.next()) as WorkspaceId
    assertUsableId(workspaceId, 'workspace')
    await assertNew(workspaceId)
    const head = newHead({id: workspaceId, entryId, title: cleanTitle(title), order: lastOrder(entryId)})
    await createHead(head, [])
    await giveDefault(entryId, workspaceId)
    return workspaceId
  }

  const insertWorkspace: Creation['insertWorkspace'] = async ({entryId, title}, fill) => {
    const workspaceId = ids.next() as WorkspaceId
    const head = newHead({id: workspaceId, entryId, title: cleanTitle(title), order: lastOrder(entryId)})
    const records = fill(workspaceId)
    const componentCount = new Set(records.map(({key}) => parseRecordKey(key)?.componentId)).size
    const bytes = records.reduce((sum, record) => sum + record.bytes, 0)
    await createHead(
      {...head, componentCount, bytes},
      records.map(({key, value}) => ({key, value})),
    )
    await giveDefault(entryId, workspaceId)
    return workspaceId
  }

  const createCopy: Creation['createCopy'] = async (head, records, deletes) => {
    const copyId = ids.next() as WorkspaceId
    const {id} = head
    // Key by key as it is, so that what a later version of the app stores here comes along.
    const puts = records
      // Work that goes on in the one would be done twice.
      .filter(({key}) => !isOperationsKey(key))
      .map(({key, value}) => ({
        key: `${componentsPrefix(copyId)}${key.slice(componentsPrefix(id).length)}`,
        value,
      }))
    const next = index.headsOf(head.entryId).find(({order}) => order > head.order)
    const copy = newHead({
      id: copyId,
      entryId: head.entryId,
      title: cleanTitle(head.title),
      order: orderBetween(head.order, next?.order ?? null),
    })
    return createHead({...copy, ...countComponents(copyId, puts), nextDeadlineMs: head.nextDeadlineMs}, puts, deletes)
  }

  const resaveEntry: Creation['resaveEntry'] = (entry) =>
    writeNewEntry(entry.id, 'strict', (stamp) => ({...entry, ...stamp, revision: entry.revision + 1}))

  return {createEntry, createWorkspace, createCopy, lastOrder, insertWorkspace, resaveEntry}
}
