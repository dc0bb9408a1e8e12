import type {DeletionList, DeletionRecord} from '../../model/deletions.ts'
import {DELETION_PREFIX, deletionKey} from '../../model/keys.ts'
import {FORMAT_VERSION, type Stamp} from '../../model/records.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import {asDeletion} from '../../services/codec/deletion-shape.ts'
import type {BackgroundWriter} from '../../services/writing/background-writer.ts'

export type DeletionFields = Omit<DeletionRecord, keyof Stamp | 'formatVersion'>

/** Deletions that the server has not acknowledged, as they are stored. */
export type DeletionRecords = {
  list(): Promise<readonly DeletionRecord[]>
  has(list: DeletionList, id: string): Promise<boolean>
  /** Stores it, over what is stored about the same document. */
  put(fields: DeletionFields): Promise<void>
  /** Whatever another tab made of it meanwhile. */
  remove(list: DeletionList, id: string): Promise<void>
}

/** Makes the records of one scope. */
export function createDeletionRecords({
  storage,
  writer,
}: {
  readonly storage: () => Promise<StoragePort>
  readonly writer: BackgroundWriter
}): DeletionRecords {
  const read = async (list: DeletionList, id: string) => {
    const [found] = await (await storage()).read([{key: deletionKey(list, id)}])
    return asDeletion(found?.[0]?.value)
  }
  const write = async (list: DeletionList, id: string, build: (stamp: Stamp) => DeletionRecord | undefined) => {
    const base = (await read(list, id))?.revision ?? 0
    await writer.write({
      targetKind: 'deletion',
      target: `${list}/${id}`,
      key: deletionKey(list, id),
      reason: 'explicit',
      durability: 'relaxed',
      baseRevision: () => base,
      build,
      overwrites: true,
    })
  }
  return {
    list: async () =>
      (await (await storage()).readPrefix(DELETION_PREFIX)).flatMap(({value}) => asDeletion(value) ?? []),
    has: async (list, id) => (await read(list, id)) !== undefined,
    put: (fields) =>
      write(fields.list, fields.document.id, (stamp) => ({formatVersion: FORMAT_VERSION, ...fields, ...stamp})),
    remove: async (list, id) => {
      if ((await read(list, id)) !== undefined) {
        await write(list, id, () => undefined)
      }
    },
  }
}
