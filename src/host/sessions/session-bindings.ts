import {KeepspaceError} from '../../model/errors.ts'
import type {EntryId} from '../../model/ids.ts'
import {SESSION_PREFIX, sessionKey} from '../../model/keys.ts'
import {FORMAT_VERSION, type Stamp} from '../../model/records.ts'
import type {SessionBinding} from '../../model/session.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import {asSession} from '../../services/codec/session-shape.ts'
import type {BackgroundWriter} from '../../services/writing/background-writer.ts'

/** How often a change is tried again on what another tab stored meanwhile. */
const MAX_TRIES = 4

export type BindingFields = Omit<SessionBinding, keyof Stamp | 'formatVersion' | 'entryId'>

/** The records that say which entry is which session. */
export type SessionBindings = {
  /** All of them, read anew. */
  list(): Promise<readonly SessionBinding[]>
  read(entryId: EntryId): Promise<SessionBinding | undefined>
  /**
   * Changes a binding under compare-and-set, again on what is stored when another tab was first. `change` gets undefined
   * where there is none yet.
   */
  update(entryId: EntryId, change: (before: SessionBinding | undefined) => BindingFields): Promise<SessionBinding>
  remove(entryId: EntryId): Promise<void>
}

/** Makes the bindings of one scope. */
export function createSessionBindings(context: {
  readonly storage: () => Promise<StoragePort>
  readonly writer: BackgroundWriter
  /** Another tab may want to know. */
  readonly written: (entryId: EntryId) => void
}): SessionBindings {
  const {storage, writer, written} = context

  const read = async (entryId: EntryId) => {
    const [found] = await (await storage()).read([{key: sessionKey(entryId)}])
    return asSession(found?.[0]?.value)
  }

  const write = async (entryId: EntryId, base: number, build: (stamp: Stamp) => SessionBinding | undefined) => {
    await writer.write({
      targetKind: 'session',
      target: entryId,
      key: sessionKey(entryId),
      reason: 'explicit',
      durability: 'strict',
      baseRevision: () => base,
      build,
    })
    written(entryId)
  }

  const update = async (
    entryId: EntryId,
    change: (before: SessionBinding | undefined) => BindingFields,
    tries = 1,
  ): Promise<SessionBinding> => {
    const before = await read(entryId)
    const fields = change(before)
    let result: SessionBinding | undefined
    try {
      await write(entryId, before?.revision ?? 0, (stamp) => {
        result = {formatVersion: FORMAT_VERSION, entryId, ...fields, ...stamp}
        return result
      })
    } catch (error) {
      if (!(error instanceof KeepspaceError && error.code === 'revision.conflict') || tries >= MAX_TRIES) {
        throw error
      }
      return update(entryId, change, tries + 1)
    }
    if (result === undefined) {
      throw new KeepspaceError('storage.unavailable')
    }
    return result
  }

  return {
    list: async () => (await (await storage()).readPrefix(SESSION_PREFIX)).flatMap(({value}) => asSession(value) ?? []),
    read,
    update: (entryId, change) => update(entryId, change),
    remove: async (entryId) => {
      const before = await read(entryId)
      if (before !== undefined) {
        await write(entryId, before.revision, () => undefined)
      }
    },
  }
}

/** What a binding says, without how it is stored. */
export function fieldsOf({sessionId, title, description, baseRevision, ...rest}: SessionBinding): BindingFields {
  const {baseHash, revisions, names, savedAt, pending, isGone, replaced} = rest
  return {sessionId, title, description, baseRevision, baseHash, revisions, names, savedAt, pending, isGone, replaced}
}
