import {KeepspaceError} from '../model/errors.ts'
import type {StoragePort, StorageTarget} from '../model/storage-port.ts'
import {memoryStorage} from '../services/storage/memory-storage.ts'
import {scopedStorage} from '../services/storage/scoped-storage.ts'

/** The storage of one scope, opened once. */
export type StorageAccess = {
  /** Opens it. When that fails everything goes to memory, loudly: it rejects, and `port()` answers with the memory. */
  open(): Promise<void>
  /** The storage, as soon as it is open. */
  port(): Promise<StoragePort>
  /** The storage, if it is open already. */
  readonly current: StoragePort | undefined
  close(): Promise<void>
}

/** Makes the access to the part of `target` that belongs to one namespace and scope. */
export function createStorageAccess(target: StorageTarget, namespace: string, scope: string): StorageAccess {
  const scoped = scopedStorage(target, `${namespace}/${scope}`)
  let current: StoragePort | undefined
  let answer: (port: StoragePort) => void = () => undefined
  const opened = new Promise<StoragePort>((resolve) => {
    answer = resolve
  })
  const use = (port: StoragePort) => {
    current = port
    answer(port)
  }
  return {
    open: async () => {
      try {
        use(await scoped.open())
      } catch (cause) {
        use(await memoryStorage().open())
        throw KeepspaceError.from(cause)
      }
    },
    port: () => opened,
    get current() {
      return current
    },
    close: async () => {
      await current?.close()
    },
  }
}
