import {KeepspaceError} from '../model/errors.ts'
import type {CommitId, IdSource} from '../model/ids.ts'
import {PURGED_KEY} from '../model/keys.ts'
import {FORMAT_VERSION, type PurgedRecord} from '../model/records.ts'
import type {StoragePort, StorageTarget} from '../model/storage-port.ts'
import {createEmitter} from '../services/emitter.ts'
import {scopedStorage} from '../services/storage/scoped-storage.ts'

/** How often a purge is tried again when another tab purges between its look and its write. */
const MOST_TRIES = 3

/**
 * Notices that another tab deleted everything of this scope, for sign-out. How often that happened is the only thing
 * that stays stored: a tab that was frozen meanwhile, for however long, sees by it that what it holds is not to be
 * written again, also when somebody has begun anew.
 */
export type PurgeWatch = {
  readonly isPurged: boolean
  /** Reads whether everything was deleted since this tab opened the scope. Rejects with the codes of storage. */
  look(): Promise<boolean>
  /** @throws {@link KeepspaceError} `scope.purged` */
  assertNotPurged(): Promise<void>
  /** The page stood still: what others told meanwhile may not have arrived. It looks before it writes the next time. */
  distrust(): void
  /** Calls back once, at the first sign of it. */
  onPurged(listener: () => void): void
  /** The port, as long as the scope is the one it was opened for: afterwards it writes nothing. */
  guarded(port: StoragePort): StoragePort
}

/** Makes what notices it for one tab. */
export function createPurgeWatch(): PurgeWatch {
  const noticed = createEmitter<[]>()
  let count: () => Promise<number> = () => Promise.resolve(0)
  let atOpening: Promise<number | undefined> = Promise.resolve(0)
  let isOpening = false
  let isPurged = false
  let isDistrusted = false

  const look = async (): Promise<boolean> => {
    if (isPurged || isOpening) {
      await atOpening
      return isPurged
    }
    const before = await atOpening
    const now = await count()
    isDistrusted = false
    if (before === undefined) {
      atOpening = Promise.resolve(now)
    } else if (now > before && !isPurged) {
      isPurged = true
      noticed.emit()
    }
    return isPurged
  }
  const assertNotPurged = async () => {
    if (await look()) {
      throw new KeepspaceError('scope.purged')
    }
  }
  /** A look that fails decides nothing: the write meets the same storage, and the next one looks again. */
  const lookFirst = async () => {
    if (await look().catch(() => false)) {
      throw new KeepspaceError('scope.purged')
    }
  }

  return {
    get isPurged() {
      return isPurged
    },
    look,
    assertNotPurged,
    distrust: () => {
      isDistrusted = true
    },
    onPurged: (listener) => void noticed.add(listener),
    guarded: (port) => {
      if (!port.isPersistent) {
        return port
      }
      count = () => countPurges(port)
      isOpening = true
      atOpening = count()
        .catch(() => undefined)
        .finally(() => {
          isOpening = false
        })
      return {
        ...port,
        commit: (groups, options) => {
          // What is already stored is compared anyway: nothing is left of it to build on.
          const mayBeginAnew = groups.some(({expect}) => expect.revision === 0)
          return isPurged || isDistrusted || mayBeginAnew
            ? lookFirst().then(() => port.commit(groups, options))
            : port.commit(groups, options)
        },
        ...(port.putNow && {
          putNow: (records, options) => !isPurged && port.putNow?.(records, options) === true,
        }),
      }
    },
  }
}

async function countPurges(port: StoragePort): Promise<number> {
  const [[found] = []] = await port.read([{key: PURGED_KEY}])
  const {revision} = Object(found?.value) as Partial<PurgedRecord>
  return typeof revision === 'number' ? revision : 0
}

/**
 * Deletes every record of one scope, and counts that it did.
 *
 * @throws {@link KeepspaceError} the codes of {@link StoragePort.commit}
 */
export async function purgeScope(target: StorageTarget, scope: string, ids: IdSource): Promise<void> {
  const port = await scopedStorage(target, scope).open()
  try {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const revision = await countPurges(port)
      const deletes = (await port.list('')).filter((key) => key !== PURGED_KEY)
      const commitId = ids.next() as CommitId
      const value: PurgedRecord = {formatVersion: FORMAT_VERSION, revision: revision + 1, commitId}
      const group = {commitId, expect: {key: PURGED_KEY, revision}, puts: [{key: PURGED_KEY, value}], deletes}
      const [result] = await port.commit([group], {durability: 'strict'})
      if (result?.status === 'committed') {
        return
      }
    }
    throw new KeepspaceError('revision.conflict', 'purge')
  } finally {
    await port.close()
  }
}
