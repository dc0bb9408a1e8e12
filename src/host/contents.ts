import {generateNKeysBetween} from 'fractional-indexing'
import {CONTENT_FORMAT_VERSION, type EntryContent, type LeftOut, type WorkspaceContent} from '../model/content.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {EntryId, Revision, WorkspaceId} from '../model/ids.ts'
import {componentsPrefix, entryKey, headKey, parseRecordKey} from '../model/keys.ts'
import type {EntryRecord, HeadRecord} from '../model/records.ts'
import type {SaveOutcome} from '../model/save.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import {asEntry, asHead} from '../services/codec/record-shapes.ts'
import {contentOf, recordsOf} from '../services/content/content-records.ts'
import {replacementOf} from '../services/content/content-replacement.ts'
import type {BackgroundWriter} from '../services/writing/background-writer.ts'

/** Which workspace of this device a workspace of a content is, by the id it has in the content. */
export type WorkspaceNames = Readonly<Record<string, WorkspaceId>>

/** The content of an entry as it is stored now. */
export type ReadContent = {
  readonly content: EntryContent
  /** What could not be read. It stays in storage, and is in no content. */
  readonly leftOut: readonly LeftOut[]
  /** The revisions of what was read, see {@link revisionsOf}: as long as these stay, nothing has changed. */
  readonly revisions: Readonly<Record<string, Revision>>
  readonly names: WorkspaceNames
}

/** An entry after its content was replaced. */
export type ReplacedContent = {
  readonly names: WorkspaceNames
  /** The revisions of its workspaces: whoever reads others reads more than what was put there. */
  readonly revisions: Readonly<Record<string, Revision>>
}

/** Whole entries as values: read, made, replaced. What sessions, exports and templates are built on. */
export type Contents = {
  /**
   * The durable content of an entry, in one consistent view. Saves what is unsaved first. `names` gives workspaces the
   * ids they have elsewhere; those it does not know keep their own.
   *
   * @throws {@link KeepspaceError} `notFound` | the code of the save that failed | the codes of storage
   */
  read(
    entryId: EntryId,
    names?: WorkspaceNames,
    options?: {
      /** Whether what is unsaved is saved first. @defaultValue true */
      readonly savesFirst?: boolean
    },
  ): Promise<ReadContent>
  /**
   * Makes a new entry of a content, durable and whole: an entry that could not be finished is in the trash.
   *
   * @throws {@link KeepspaceError} `value.notJson` | `value.tooLarge` | the codes of storage
   */
  create(content: EntryContent, title?: string): Promise<{readonly entryId: EntryId; readonly names: WorkspaceNames}>
  /**
   * Adds copies of workspaces to an entry, in their order. When one could not be made, those before it are in the trash.
   *
   * @throws {@link KeepspaceError} `notFound` | as {@link Contents.create}
   */
  add(entryId: EntryId, workspaces: readonly WorkspaceContent[]): Promise<readonly WorkspaceId[]>
  /**
   * Makes `content` the content of an entry, workspace by workspace, each all or nothing. Open workspaces follow at
   * once; edits made meanwhile stay unless they touch the same component. Repeat it after a failure: it writes only
   * what still differs. What cannot be read is copied into the quarantine before anything is put in its place.
   *
   * @param expected - the revisions of what is to be replaced, as it was read
   * @throws {@link KeepspaceError} `revision.conflict` when something else is stored by now | as {@link Contents.create}
   */
  replace(
    entryId: EntryId,
    content: EntryContent,
    names: WorkspaceNames,
    expected: ReadContent['revisions'],
  ): Promise<ReplacedContent>
  /** The same for one workspace, which stays where it is. */
  replaceWorkspace(id: WorkspaceId, content: WorkspaceContent, expected: Revision): Promise<void>
}

export type ContentsContext = {
  readonly storage: () => Promise<StoragePort>
  readonly writer: BackgroundWriter
  readonly catalogue: CatalogueService
  readonly now: () => number
  readonly maxRecordBytes: number
  readonly isHot: (id: WorkspaceId) => boolean
  readonly save: (id: WorkspaceId) => Promise<SaveOutcome>
  /** Copies of those of the records that cannot be used, to be stored with what replaces them. */
  readonly copiesOf: (records: readonly StoredRecord[]) => readonly StoredRecord[]
  /** A head was written beside its workspace: lists and open views are to follow. */
  readonly headWritten: (head: HeadRecord) => void
}

/** Makes the contents of one scope. */
export function createContents(context: ContentsContext): Contents {
  const {storage, catalogue} = context

  const saveHot = async (id: WorkspaceId) => {
    if (context.isHot(id)) {
      const {status, error} = await context.save(id)
      if (status !== 'saved' && status !== 'unchanged') {
        throw new KeepspaceError(error?.code ?? 'storage.unavailable', error?.detail)
      }
    }
  }

  const read: Contents['read'] = async (entryId, names = {}, {savesFirst = true} = {}) => {
    const heads = catalogue.headsOf(entryId)
    for (const {id} of savesFirst ? heads : []) {
      await saveHot(id)
    }
    const ids = heads.map(({id}) => id)
    const port = await storage()
    const [entries = [], ...found] = await port.read([
      {key: entryKey(entryId)},
      ...ids.flatMap((id) => [{key: headKey(id)}, {prefix: componentsPrefix(id)}]),
    ])
    const entry = asEntry(entries[0]?.value)
    if (entry === undefined) {
      throw new KeepspaceError('notFound', entryId)
    }
    const elsewhere = new Map(Object.entries(names).map(([id, own]) => [own, id]))
    const workspaces = ids.flatMap((id, index) => {
      const head = asHead(found[index * 2]?.[0]?.value)
      const stored = contentOf(id, found[index * 2 + 1] ?? [])
      return head === undefined ? [] : [{id, head, ...stored, name: elsewhere.get(id) ?? id}]
    })
    return {
      content: {
        formatVersion: CONTENT_FORMAT_VERSION,
        title: entry.title,
        workspaces: workspaces.map(({name, head, components}) => workspaceContent(name, head, entry, components)),
      },
      leftOut: workspaces.flatMap(({leftOut}) => leftOut),
      revisions: revisionsOf(
        entry,
        workspaces.map(({head}) => head),
      ),
      names: Object.fromEntries(workspaces.map(({id, name}) => [name, id])),
    }
  }

  const insert = async (entryId: EntryId, workspace: WorkspaceContent) => {
    const id = await catalogue.insertWorkspace({entryId, title: workspace.title}, (workspaceId) =>
      recordsOf(workspaceId, workspace.components, {revision: 1, maxRecordBytes: context.maxRecordBytes}),
    )
    if (workspace.isDefault) {
      await catalogue.setDefaultWorkspace(id)
    }
    return id
  }

  const create: Contents['create'] = async (content, title = content.title) => {
    const entryId = await catalogue.createEntry({title})
    const names: Record<string, WorkspaceId> = {}
    try {
      for (const workspace of content.workspaces) {
        names[workspace.id] = await insert(entryId, workspace)
      }
    } catch (error) {
      await catalogue.deleteEntry(entryId)
      throw error
    }
    return {entryId, names}
  }

  const add: Contents['add'] = async (entryId, workspaces) => {
    const added: WorkspaceId[] = []
    try {
      for (const {isDefault: _, ...workspace} of workspaces) {
        added.push(await insert(entryId, workspace))
      }
    } catch (error) {
      for (const id of added) {
        await catalogue.deleteWorkspace(id)
      }
      throw error
    }
    return added
  }

  /** @returns the revision that the workspace has then */
  const replaceWorkspace = async (
    id: WorkspaceId,
    workspace: WorkspaceContent,
    order: string,
    expected: Revision,
  ): Promise<Revision> => {
    const [heads = [], records = []] = await (await storage()).read([
      {key: headKey(id)},
      {prefix: componentsPrefix(id)},
    ])
    const head = asHead(heads[0]?.value)
    if (head === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    if (head.revision !== expected) {
      throw new KeepspaceError('revision.conflict', `${id} is at ${head.revision}, not at ${expected}`)
    }
    const wanted = recordsOf(id, workspace.components, {
      revision: head.revision + 1,
      maxRecordBytes: context.maxRecordBytes,
    })
    const {puts, deletes} = replacementOf(id, records, wanted, {revision: head.revision + 1, deletedAt: context.now()})
    if (puts.length === 0 && deletes.length === 0 && head.title === workspace.title && head.order === order) {
      return head.revision
    }
    let written = head
    await context.writer.write({
      targetKind: 'workspace',
      target: id,
      key: headKey(id),
      reason: 'catalogue',
      durability: 'strict',
      baseRevision: () => head.revision,
      build: (stamp) => {
        const counts = {componentCount: workspace.components.length, bytes: bytesOf(wanted)}
        written = {...head, title: workspace.title, order, updatedAt: context.now(), ...counts, ...stamp}
        return written
      },
      puts: [...context.copiesOf(touchedBy([...puts.map(({key}) => key), ...deletes], records)), ...puts],
      deletes,
    })
    context.headWritten(written)
    return written.revision
  }

  const replace: Contents['replace'] = async (entryId, content, names, expected) => {
    const before = catalogue.headsOf(entryId)
    const orders = generateNKeysBetween(null, null, content.workspaces.length)
    const placed: Record<string, WorkspaceId> = {}
    const revisions: Record<string, Revision> = {}
    for (const [index, workspace] of content.workspaces.entries()) {
      const known = names[workspace.id] ?? (workspace.id as WorkspaceId)
      const isHere = before.some(({id}) => id === known)
      const id = isHere ? known : await insert(entryId, workspace)
      placed[workspace.id] = id
      revisions[id] = await replaceWorkspace(id, workspace, orders[index] ?? '', isHere ? (expected[id] ?? 0) : 1)
      if (workspace.isDefault) {
        await catalogue.setDefaultWorkspace(id)
      }
    }
    const kept = new Set(Object.values(placed))
    for (const {id} of before.filter((head) => !kept.has(head.id))) {
      await catalogue.deleteWorkspace(id)
    }
    await catalogue.renameEntry(entryId, content.title)
    return {names: placed, revisions}
  }

  return {
    read,
    create,
    add,
    replace,
    replaceWorkspace: async (id, content, expected) => {
      await replaceWorkspace(id, content, catalogue.head(id)?.order ?? '', expected)
    },
  }
}

function workspaceContent(
  id: string,
  head: HeadRecord,
  entry: EntryRecord,
  components: WorkspaceContent['components'],
): WorkspaceContent {
  return {id, title: head.title, ...(entry.defaultWorkspaceId === head.id && {isDefault: true}), components}
}

/** The stored records of the components that these keys belong to. */
function touchedBy(keys: readonly string[], records: readonly StoredRecord[]): readonly StoredRecord[] {
  const touched = new Set(keys.map((key) => parseRecordKey(key)?.componentId))
  return records.filter(({key}) => touched.has(parseRecordKey(key)?.componentId))
}

function bytesOf(records: readonly {readonly bytes: number}[]): number {
  return records.reduce((sum, {bytes}) => sum + bytes, 0)
}

/** The revisions of an entry and of its workspaces. The entry counts: its title is content too. */
export function revisionsOf(
  entry: EntryRecord | undefined,
  heads: readonly HeadRecord[],
): Readonly<Record<string, Revision>> {
  return Object.fromEntries([
    ...heads.map(({id, revision}) => [id, revision] as const),
    ...(entry === undefined ? [] : [[entryKey(entry.id), entry.revision] as const]),
  ])
}
