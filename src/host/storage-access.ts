import {KeepspaceError} from '../model/errors.ts'
import type {StoragePort, StorageTarget} from '../model/storage-port.ts'
import {memoryStorage} from '../services/storage/memory-storage.ts'
import {scopedStorage} from '../services/storage/scoped-storage.ts'
import {createPurgeWatch, type PurgeWatch} from './purge-watch.ts'

/** The storage of one scope, opened once. */
export type StorageAccess = {
  /** Whether everything of the scope was deleted by another tab. */
  readonly purging: PurgeWatch
  /** When it cannot be opened everything goes to memory, loudly: it rejects, and `port()` answers with the memory. */
  open(): Promise<void>
  /** Opens it once more, beside the memory that stands in for it. Whoever asks closes it. */
  openAgain(): Promise<StoragePort>
  /** The storage, as soon as it is open. */
  port(): Promise<StoragePort>
  /** The storage, if it is open already. */
  readonly current: StoragePort | undefined
  /** False when everything is gone with the page. True as long as nobody knows. */
  readonly isPersistent: boolean
  /** While this is false storage may be mending itself, and nothing that is stored counts as safe. */
  readonly isHealed: boolean
  close(): Promise<void>
}

/**
 * Begins to open the part of `target` that belongs to one namespace and scope: the browser does that while the charts are made.
 *
 * @param tell - called when storage begins or ends to mend itself; `hasRecovered` when it could not be used before
 */
export function createStorageAccess(
  target: StorageTarget,
  namespace: string,
  scope: string,
  tell: (hasRecovered: boolean) => void,
): StorageAccess {
  const scoped = scopedStorage(target, `${namespace}/${scope}`)
  const opening = scoped.open()
  // Whoever asks for it below hears of it.
  opening.catch(() => undefined)
  const purging = createPurgeWatch()
  let current: StoragePort | undefined
  let mendings = 0
  let answer: (port: StoragePort) => void = () => undefined
  const opened = new Promise<StoragePort>((resolve) => {
    answer = resolve
  })
  const follow = async (mended: Promise<unknown>) => {
    mendings += 1
    const how = await mended
    mendings -= 1
    tell(how === 'afterTrouble')
  }
  const use = (unguarded: StoragePort) => {
    const port = purging.guarded(unguarded)
    current = port
    if (port.healed !== undefined) {
      void follow(port.healed)
    }
    port.onDoubted?.((mended) => {
      void follow(mended)
      tell(false)
    })
    answer(port)
  }
  return {
    purging,
    open: async () => {
      try {
        use(await opening)
      } catch (cause) {
        use(await memoryStorage().open())
        throw KeepspaceError.from(cause)
      }
    },
    openAgain: async () => purging.guarded(await scoped.open()),
    port: () => opened,
    get current() {
      return current
    },
    get isPersistent() {
      return current?.isPersistent ?? true
    },
    get isHealed() {
      return current !== undefined && mendings === 0
    },
    close: async () => {
      await current?.close()
    },
  }
}
