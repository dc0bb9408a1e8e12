/// <reference types="node" />
import {resolve} from 'node:path'
import {KeepspaceError} from '../../model/errors.ts'
import type {StoragePort, StorageTarget} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import {systemTime} from '../time/system-time.ts'
import {type CallLimit, startLimit} from './call-limit.ts'
import {nodeDisk} from './file-disk.ts'
import {fileErrorOf} from './file-errors.ts'
import {type SharedStore, shareStore} from './file-sharing.ts'
import type {FileStore} from './file-store.ts'

const NAME = 'file'

export type FileStorageOptions = {
  /** Folder that holds everything and belongs to Keepspace alone. It is made when it is missing. */
  readonly directory: string
  /** How long a call may take before it is given up. @defaultValue 10000 */
  readonly timeoutMs?: number
  /** @defaultValue the clock of the platform */
  readonly time?: Time
}

/**
 * Storage in the files of one folder, for Node and Electron. Values must be JSON; another one rejects with
 * `storage.unavailable`.
 *
 * - A commit is whole or absent over all its records and groups, after a killed process and after a power cut. With
 *   durability `relaxed` a power cut may take the last commits with it, never one from between others.
 * - One process at a time: opening rejects with `storage.unavailable` while another one, or another thread, has the
 *   folder open. A process that was killed does not keep it. Within a thread any number of connections share it.
 * - A damaged record file reads as a value without a revision, beside which everything else stays readable. It is left
 *   as it is; only a write that knows of it takes its place, and then the old file is kept in `set-aside`.
 *
 * File names are hashes: no key reaches outside the folder. Calling this touches nothing; only `open()` does.
 *
 * @throws {@link KeepspaceError} `usage` when the directory is empty or `timeoutMs` is not a positive number.
 */
export function fileStorage(options: FileStorageOptions): StorageTarget {
  const {directory, timeoutMs = 10_000, time = systemTime} = options
  if (directory === '') {
    throw new KeepspaceError('usage', 'a directory needs a name')
  }
  if (!(timeoutMs > 0)) {
    throw new KeepspaceError('usage', `timeoutMs must be more than 0, got ${timeoutMs}`)
  }
  const path = resolve(directory)
  return {
    name: NAME,
    async open() {
      try {
        return createPort(await shareStore(path, nodeDisk), timeoutMs, time)
      } catch (cause) {
        throw fileErrorOf(cause)
      }
    },
  }
}

function createPort(shared: SharedStore, timeoutMs: number, time: Time): StoragePort {
  const running = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  /** Makes a call within its limit. One that has not begun by then never does; one that has goes on. */
  async function call<Result>(work: (store: FileStore) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (closing) {
      throw new KeepspaceError('disposed')
    }
    const limit = startLimit(time, timeoutMs, signal)
    const answer = limit.race(shared.run(unlessReached(limit, work))).finally(() => {
      limit.end()
      running.delete(answer)
    })
    running.add(answer)
    try {
      return await answer
    } catch (cause) {
      throw fileErrorOf(cause)
    }
  }

  async function close(): Promise<void> {
    await Promise.allSettled(running)
    const limit = startLimit(time, timeoutMs)
    // Whatever keeps it from ending in order is mended when the folder is opened again.
    await limit.race(shared.release()).catch(() => {})
    limit.end()
  }

  return {
    name: NAME,
    isPersistent: true,
    commit: (groups, {durability, signal}) =>
      call((store) => store.commit(groups, {isFlushed: durability === 'strict'}), signal),
    read: (selectors) => call((store) => store.read(selectors)),
    async readPrefix(prefix) {
      const [records = []] = await call((store) => store.read([{prefix}]))
      return records
    },
    list: (prefix) => call((store) => store.list(prefix)),
    close() {
      closing ??= close()
      return closing
    },
  }
}

function unlessReached<Result>(limit: CallLimit, work: (store: FileStore) => Promise<Result>) {
  return (store: FileStore): Promise<Result> => {
    if (limit.isReached()) {
      throw new KeepspaceError('storage.timeout', 'given up before it began')
    }
    return work(store)
  }
}
