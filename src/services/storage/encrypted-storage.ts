import {KeepspaceError} from '../../model/errors.ts'
import type {CommitId} from '../../model/ids.ts'
import {escapeKeyPart} from '../../model/keys.ts'
import {tellingsOf} from '../../model/port-tellings.ts'
import type {CommitGroup, StoragePort, StorageTarget, StoredRecord} from '../../model/storage-port.ts'
import {isSealed, open, seal} from './sealing.ts'

/** Where it is kept whether a key is the right one. Nobody sees these records. */
const CHECK_PREFIX = 'encryption/'

export type EncryptionOptions = {
  /**
   * The AES-GCM key, asked for when storage is opened. `deviceKey()` makes and keeps one that no script can read.
   * Rejecting means that it is lost.
   */
  readonly key: () => CryptoKey | Promise<CryptoKey>
  /** Names the key among others of the same storage, e.g. by the user. @defaultValue `default` */
  readonly keyName?: string
}

/**
 * Encrypts every value before it is stored, with AES-GCM and an initialisation vector of its own, bound to its key:
 * titles, content, everything. Keys (ids) and revisions stay readable, since storage compares them. What was stored
 * before stays readable and is encrypted when it is written again.
 *
 * With a wrong or lost key, `open` rejects with `storage.locked`: nothing is read, nothing is written, and what is stored
 * stays as it is.
 */
export function encryptedStorage(target: StorageTarget, {key, keyName = 'default'}: EncryptionOptions): StorageTarget {
  return {
    name: target.name,
    ...(target.place !== undefined && {place: target.place}),
    open: async () => {
      const port = await target.open()
      try {
        const cryptoKey = await unlocked(key)
        await assertRightKey(port, cryptoKey, CHECK_PREFIX + escapeKeyPart(keyName))
        return encryptedPort(port, cryptoKey)
      } catch (error) {
        await port.close()
        throw error
      }
    },
  }
}

async function unlocked(key: EncryptionOptions['key']): Promise<CryptoKey> {
  try {
    return await key()
  } catch (cause) {
    throw new KeepspaceError('storage.locked', 'there is no key', {cause})
  }
}

/** Compares the key with the one that was used first. Two tabs that are both first agree on one of theirs. */
async function assertRightKey(port: StoragePort, cryptoKey: CryptoKey, checkKey: string): Promise<void> {
  const commitId = 'encryption' as CommitId
  const value = await seal({commitId, revision: 1}, checkKey, cryptoKey)
  const group: CommitGroup = {
    commitId,
    expect: {key: checkKey, revision: 0},
    puts: [{key: checkKey, value}],
    deletes: [],
  }
  const [stored] = await port.read([{key: checkKey}])
  if (stored?.[0] === undefined) {
    await port.commit([group], {durability: 'strict'})
  }
  const [found] = await port.read([{key: checkKey}])
  const check = found?.[0]?.value
  if (!isSealed(check) || (await open(check, checkKey, cryptoKey)) === undefined) {
    throw new KeepspaceError('storage.locked', 'the key is another one')
  }
}

function encryptedPort(port: StoragePort, cryptoKey: CryptoKey): StoragePort {
  /** Last words that are being encrypted: what is written after them has to come after them. */
  let lastWords: Promise<unknown> = Promise.resolve()
  const running = new Set<Promise<unknown>>()
  let isClosed = false
  const whileOpen = <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isClosed) {
      return Promise.reject(new KeepspaceError('disposed'))
    }
    const result = work()
    running.add(result)
    const end = () => running.delete(result)
    result.then(end, end)
    return result
  }
  const sealAll = (records: readonly StoredRecord[]) =>
    Promise.all(records.map(async ({key, value}) => ({key, value: await seal(value, key, cryptoKey)})))
  const openAll = (records: readonly StoredRecord[]) =>
    Promise.all(
      records.filter(isShown).map(async ({key, value}) => ({
        key,
        // What cannot be decrypted is damaged: whoever reads it sets it aside as it is.
        value: isSealed(value) ? ((await open(value, key, cryptoKey)) ?? value) : value,
      })),
    )
  const sealGroup = async (group: CommitGroup) => ({...group, puts: await sealAll(group.puts)})

  return {
    ...tellingsOf(port),
    commit: (groups, options) =>
      whileOpen(async () => {
        const sealed = await Promise.all(groups.map(sealGroup))
        await lastWords
        return port.commit(sealed, options)
      }),
    ...(port.putNow && {
      putNow: (records, options) => {
        if (isClosed) {
          return false
        }
        lastWords = sealAll(records).then(
          (sealed) => port.putNow?.(sealed, options),
          () => undefined,
        )
        return true
      },
    }),
    read: (selectors) =>
      whileOpen(async () => {
        await lastWords
        return Promise.all((await port.read(selectors)).map(openAll))
      }),
    readPrefix: (prefix) =>
      whileOpen(async () => {
        await lastWords
        return openAll(await port.readPrefix(prefix))
      }),
    list: (prefix) =>
      whileOpen(async () => {
        await lastWords
        return (await port.list(prefix)).filter((key) => isShown({key}))
      }),
    close: async () => {
      isClosed = true
      await Promise.allSettled([lastWords, ...running])
      await port.close()
    },
  }
}

function isShown({key}: {readonly key: string}): boolean {
  return !key.startsWith(CHECK_PREFIX)
}
