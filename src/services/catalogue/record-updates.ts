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
  /** `change` may look at the newest entry, and return undefined when nothing has to be changed any more. */
  updateEntry(id: EntryId, change: EntryChange): Promise<void>
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

  const updateHead = async (id: WorkspaceId, change: Partial<HeadRecord>, tries = 1): Promise<void> => {
    const before = index.head(id)
    if (before === undefined) {
      throw new KeepspaceError('notFound', id)
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
        const stored = asHead(await readAgain(headKey(id)))
        stored === undefined ? index.dropHead(id) : index.putHead(stored)
        await updateHead(id, change, tries + 1)
        written = index.head(id) ?? written
      },
    )
    index.putHead(written)
  }

  const updateEntry = async (id: EntryId, change: EntryChange, tries = 1): Promise<void> => {
    const before = index.entry(id)
    if (before === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    const fields = typeof change === 'function' ? change(before) : change
    if (fields === undefined) {
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
        await updateEntry(id, change, tries + 1)
        written = index.entry(id) ?? written
      },
    )
    index.putEntry(written)
  }

  return {updateHead: (id, change) => updateHead(id, change), updateEntry: (id, change) => updateEntry(id, change)}
}

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
