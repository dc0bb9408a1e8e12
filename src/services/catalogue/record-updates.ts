import {KeepspaceError} from '../../model/errors.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import {entryKey, headKey} from '../../model/keys.ts'
import {type EntryRecord, FORMAT_VERSION, type HeadRecord, type Stamp} from '../../model/records.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import {asEntry, asHead} from '../codec/record-shapes.ts'
import type {BackgroundWriter} from '../writing/background-writer.ts'
import type {CatalogueIndex} from './catalogue-index.ts'

/** How often a refused update is tried again on what another tab stored meanwhile. */
const MAX_TRIES = 4

export type RecordUpdates = {
  /** Reads, changes and writes the head of a cold workspace, again on what is stored when another tab was first. */
  updateHead(id: WorkspaceId, change: Partial<HeadRecord>): Promise<void>
  /** Reads the head of a cold workspace: what another tab made of it may not have been heard of. */
  lookAtHead(id: WorkspaceId): Promise<void>
  /** `change` may look at the newest entry, and return undefined when nothing has to be changed any more. */
  updateEntry(id: EntryId, change: EntryChange): Promise<void>
}

type Attempt = {
  /** No other change of the record was under way when it was asked for. */
  readonly isAlone: boolean
  readonly tries: number
}

type EntryChange = Partial<EntryRecord> | ((entry: EntryRecord) => Partial<EntryRecord> | undefined)

/** Changes of single catalogue records under compare-and-set. */
export function createRecordUpdates(options: {
  readonly index: CatalogueIndex
  readonly writer: BackgroundWriter
  readonly storage: () => Promise<StoragePort>
}): RecordUpdates {
  const {index, writer, storage} = options

  const readAgain = async (key: string): Promise<unknown> => {
    const [found] = await (await storage()).read([{key}])
    return found?.[0]?.value
  }

  const lookAtHead = async (id: WorkspaceId): Promise<void> => {
    const known = index.head(id)
    const stored = asHead(await readAgain(headKey(id)))
    if (index.head(id) === known) {
      stored === undefined ? index.dropHead(id) : index.putHead(stored)
    }
  }

  /** How many changes of a record this tab has under way: a later one of them means all that it says. */
  const underWay = new Map<string, number>()
  const counting = async (key: string, run: (isAlone: boolean) => Promise<void>): Promise<void> => {
    const others = underWay.get(key) ?? 0
    underWay.set(key, others + 1)
    try {
      await run(others === 0)
    } finally {
      const left = (underWay.get(key) ?? 1) - 1
      left === 0 ? underWay.delete(key) : underWay.set(key, left)
    }
  }

  const updateHead = async (id: WorkspaceId, change: Partial<HeadRecord>, {isAlone, tries}: Attempt): Promise<void> => {
    const before = index.head(id)
    if (before === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    if (tries > 1 && Object.keys(change).length === 0) {
      return
    }
    assertFormat(before)
    let written = before
    await retrying(
      () =>
        writer.write({
          targetKind: 'workspace',
          target: id,
          key: headKey(id),
          reason: 'catalogue',
          durability: 'relaxed',
          baseRevision: () => before.revision,
          build: (stamp: Stamp) => {
            written = {...before, ...change, ...stamp}
            return written
          },
        }),
      tries,
      async () => {
        await lookAtHead(id)
        await updateHead(id, isAlone ? newsOf(change, before) : change, {isAlone, tries: tries + 1})
        written = index.head(id) ?? written
      },
    )
    index.putHead(written)
  }

  const updateEntry = async (id: EntryId, change: EntryChange, {isAlone, tries}: Attempt): Promise<void> => {
    const before = index.entry(id)
    if (before === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    const fields = typeof change === 'function' ? change(before) : change
    if (fields === undefined || (tries > 1 && Object.keys(fields).length === 0)) {
      return
    }
    assertFormat(before)
    let written = before
    await retrying(
      () =>
        writer.write({
          targetKind: 'entry',
          target: id,
          key: entryKey(id),
          reason: 'catalogue',
          durability: 'relaxed',
          baseRevision: () => before.revision,
          build: (stamp: Stamp) => {
            written = {...before, ...fields, ...stamp}
            return written
          },
        }),
      tries,
      async () => {
        const stored = asEntry(await readAgain(entryKey(id)))
        stored === undefined ? index.dropEntry(id) : index.putEntry(stored)
        const isWhole = typeof change === 'function' || !isAlone
        await updateEntry(id, isWhole ? change : newsOf(change, before), {isAlone, tries: tries + 1})
        written = index.entry(id) ?? written
      },
    )
    index.putEntry(written)
  }

  return {
    updateHead: (id, change) => counting(headKey(id), (isAlone) => updateHead(id, change, {isAlone, tries: 1})),
    lookAtHead,
    updateEntry: (id, change) => counting(entryKey(id), (isAlone) => updateEntry(id, change, {isAlone, tries: 1})),
  }
}

/**
 * The part of a change that was one. What a tab had seen like that already it did not want to change: what another tab
 * made of it meanwhile stays, e.g. a workspace in the trash that somebody restored who had not seen it there.
 */
function newsOf<Fields extends object>(change: Partial<Fields>, before: Fields): Partial<Fields> {
  const isNews = ([field, value]: [string, unknown]) => !isSame(before[field as keyof Fields], value)
  return Object.fromEntries(Object.entries(change).filter(isNews)) as Partial<Fields>
}

/** What is not said of a record is not so: neither pinned nor in the trash. */
const isSame = (before: unknown, after: unknown): boolean => (before ?? false) === (after ?? false)

/** A record of a newer format may mean something that a change from here would undo. */
function assertFormat({id, formatVersion}: {readonly id: string; readonly formatVersion: number}): void {
  if (formatVersion > FORMAT_VERSION) {
    throw new KeepspaceError('record.newer', id)
  }
}

async function retrying(write: () => Promise<unknown>, tries: number, again: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!(error instanceof KeepspaceError) || error.code !== 'revision.conflict' || tries >= MAX_TRIES) {
      throw error
    }
    await again()
  }
}
