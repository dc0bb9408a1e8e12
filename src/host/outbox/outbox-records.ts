import {KeepspaceError} from '../../model/errors.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import {OUTBOX_PREFIX, outboxKey} from '../../model/keys.ts'
import {FORMAT_VERSION, type Stamp} from '../../model/records.ts'
import type {OutboxRecord} from '../../model/server-saves.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import {asOutbox} from '../../services/codec/outbox-shape.ts'
import type {BackgroundWriter} from '../../services/writing/background-writer.ts'

/** How often a change is tried again on what another tab stored meanwhile. */
const MAX_TRIES = 4

export type OutboxFields = Omit<OutboxRecord, keyof Stamp | 'formatVersion' | 'workspaceId'>

/** What a workspace is before the server has heard of it. */
export const unknownThere: OutboxFields = {localRevision: 0, digests: {}}

/** What the server acknowledged of each workspace, as it is stored. */
export type OutboxRecords = {
  list(): Promise<readonly OutboxRecord[]>
  read(id: WorkspaceId): Promise<OutboxRecord | undefined>
  remove(id: WorkspaceId): Promise<void>
  /** Changes it under compare-and-set, again on what is stored when another tab was first. */
  update(id: WorkspaceId, change: (before: OutboxFields) => OutboxFields): Promise<OutboxRecord>
}

/** Makes the records of one scope. */
export function createOutboxRecords(context: {
  readonly storage: () => Promise<StoragePort>
  readonly writer: BackgroundWriter
}): OutboxRecords {
  const {storage, writer} = context

  const read = async (id: WorkspaceId) => {
    const [found] = await (await storage()).read([{key: outboxKey(id)}])
    return asOutbox(found?.[0]?.value)
  }

  const update = async (
    id: WorkspaceId,
    change: (before: OutboxFields) => OutboxFields,
    tries = 1,
  ): Promise<OutboxRecord> => {
    const before = await read(id)
    const {version, localRevision, entryTitle, digests, pending, isConflicted} = change(before ?? unknownThere)
    const stamped = (stamp: Stamp): OutboxRecord => ({
      formatVersion: FORMAT_VERSION,
      workspaceId: id,
      version,
      localRevision,
      entryTitle,
      digests,
      pending,
      isConflicted,
      ...stamp,
    })
    let written: OutboxRecord | undefined
    try {
      await writer.write({
        targetKind: 'outbox',
        target: id,
        key: outboxKey(id),
        reason: 'autosave',
        durability: 'strict',
        baseRevision: () => before?.revision ?? 0,
        build: (stamp) => {
          written = stamped(stamp)
          return written
        },
      })
    } catch (error) {
      if (!(error instanceof KeepspaceError && error.code === 'revision.conflict') || tries >= MAX_TRIES) {
        throw error
      }
      return update(id, change, tries + 1)
    }
    if (written === undefined) {
      throw new KeepspaceError('storage.unavailable')
    }
    return written
  }

  return {
    list: async () => (await (await storage()).readPrefix(OUTBOX_PREFIX)).flatMap(({value}) => asOutbox(value) ?? []),
    read,
    update: (id, change) => update(id, change),
    remove: async (id) => {
      const before = await read(id)
      if (before !== undefined) {
        await writer.write({
          targetKind: 'outbox',
          target: id,
          key: outboxKey(id),
          reason: 'autosave',
          durability: 'relaxed',
          baseRevision: () => before.revision,
          build: () => undefined,
        })
      }
    },
  }
}
