import {doubledMs} from '../model/backoff.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {Revision, WorkspaceId} from '../model/ids.ts'
import type {StorageReturn} from '../model/status.ts'
import type {StoragePort} from '../model/storage-port.ts'
import {createKeeping, type Keeping} from './keeping.ts'
import type {ResolvedOptions} from './options.ts'
import type {StorageAccess} from './storage-access.ts'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** How often memory is looked through for something that is not kept, once there is storage to keep it in. */
const KEEP_EVERY_MS = 5_000

/** Goes on asking for a storage that could not be opened, and keeps there what this page made without it. */
export type ReturningStorage = {
  /** Undefined as long as there is nothing that came back. */
  readonly status: StorageReturn | undefined
  /** Whether this version of a workspace, which is only in memory here, is kept. */
  isKept(id: WorkspaceId, revision: Revision): boolean
  /** Storage could not be opened. */
  missing(cause: unknown): void
  /** Somebody asks for it now. */
  retry(): void
  /**
   * Stores everything that is only in memory, beside what is stored there already.
   *
   * @throws {@link KeepspaceError} `storage.unavailable` while there is nothing to keep it in
   */
  keep(): Promise<StorageReturn>
  close(): Promise<void>
}

/** Makes what waits for the storage of one scope. */
export function createReturningStorage(context: {
  readonly options: Pick<ResolvedOptions, 'time' | 'ids' | 'witness' | 'lifecycle' | 'auditBeforeWrite'>
  readonly access: StorageAccess
  /** Saves what is unsaved, into the memory that stands in. */
  readonly flush: () => Promise<unknown>
  readonly emit: (event: KeepspaceEvent) => void
  readonly changed: () => void
}): ReturningStorage {
  const {options, access, flush, emit, changed} = context
  const {time} = options
  let isWaiting = false
  let isClosed = false
  let tries = 0
  let timer: unknown
  let opening: Promise<void> | undefined
  let port: StoragePort | undefined
  let keeping: Keeping | undefined
  let running: Promise<void> | undefined

  const schedule = (work: () => Promise<void>, delayMs: number) => {
    time.clearTimeout(timer)
    if (!isClosed) {
      timer = time.setTimeout(() => void work().catch(() => undefined), delayMs)
    }
  }
  const wait = () => {
    schedule(open, doubledMs(FIRST_WAIT_MS, tries, LONGEST_WAIT_MS))
    tries += 1
  }
  const open = (): Promise<void> => {
    opening ??= tryToOpen().finally(() => {
      opening = undefined
    })
    return opening
  }
  const tryToOpen = async () => {
    let opened: StoragePort
    try {
      opened = await access.openAgain()
    } catch {
      wait()
      return
    }
    if (isClosed || !opened.isPersistent) {
      await opened.close()
      return
    }
    port = opened
    // A version that may not write before it has read everything only tells.
    keeping = createKeeping({...options, memory: access.port, port: opened, mayWrite: !options.auditBeforeWrite})
    emit({type: 'storage_returned'})
    changed()
    await keepRegularly()
  }
  const keepNow = (): Promise<void> => {
    running ??= keepAll().finally(() => {
      running = undefined
    })
    return running
  }
  const keepAll = async () => {
    const before = keeping?.status
    const workspaceIds = (await keeping?.keep()) ?? []
    if (workspaceIds.length > 0) {
      emit({type: 'storage_kept', workspaceIds})
    }
    if (keeping?.status !== before) {
      changed()
    }
  }
  const keepRegularly = async () => {
    await keepNow().finally(() => schedule(keepRegularly, KEEP_EVERY_MS))
  }
  const stopListening = options.lifecycle.subscribe((event) => {
    if (event === 'hidden' && keeping !== undefined) {
      void flush()
        .then(keepNow)
        .catch(() => undefined)
    }
  })

  return {
    get status() {
      return keeping?.status
    },
    isKept: (id, revision) => keeping?.isKept(id, revision) === true,
    missing: (cause) => {
      isWaiting = true
      // Without its key it never opens by itself.
      if (KeepspaceError.from(cause).code !== 'storage.locked') {
        wait()
      }
    },
    retry: () => {
      if (isWaiting && keeping === undefined) {
        tries = 0
        void open()
      }
    },
    keep: async () => {
      if (keeping === undefined) {
        throw new KeepspaceError('storage.unavailable', 'it has not come back')
      }
      await flush()
      await running?.catch(() => undefined)
      await keepNow()
      return keeping.status
    },
    close: async () => {
      isClosed = true
      stopListening()
      time.clearTimeout(timer)
      await running?.catch(() => undefined)
      await port?.close()
    },
  }
}
