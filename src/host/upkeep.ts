import type {KeepspaceEvent} from '../model/events.ts'
import type {StorageUsage} from '../model/storage-usage.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import {asHead} from '../services/codec/record-shapes.ts'
import {defaultRetention} from '../services/growth/retention.policy.ts'
import {type Auditing, createAuditing} from './auditing.ts'
import {createHousekeeping, type Housekeeping} from './housekeeping.ts'
import {readStored, showSalvage} from './loading.ts'
import type {ResolvedOptions} from './options.ts'
import {replayLastWords} from './replaying.ts'
import type {Restoring} from './restoring.ts'
import type {Runtime} from './runtime.ts'
import type {StorageAccess} from './storage-access.ts'
import {createReturningStorage, type ReturningStorage} from './storage-return.ts'
import type {Workspaces} from './workspaces.ts'

export type UpkeepContext = {
  readonly options: ResolvedOptions
  readonly access: StorageAccess
  readonly catalogue: CatalogueService
  readonly workspaces: Workspaces
  readonly restoring: Restoring
  readonly emit: (event: KeepspaceEvent) => void
  readonly changed: () => void
  /** Settings that were refused are written again. */
  readonly retrySettings: () => void
  /** Saves everything in memory. */
  readonly flush: () => Promise<unknown>
}

/** What a Keepspace does with storage when nobody waits for it. */
export type Upkeep = {
  readonly auditing: Auditing
  readonly housekeeping: Housekeeping
  readonly returning: ReturningStorage
  /** Storage is open and the catalogue is read. */
  start(): void
  /** A load was refused because nothing may be written yet: it is shown as far as it can be read. */
  showReadOnly(runtime: Runtime): Promise<void>
  close(): void
}

/** Makes the upkeep of one scope. */
export function createUpkeep(context: UpkeepContext): Upkeep {
  const {options, access, catalogue, workspaces, restoring, emit, changed} = context
  const {time, ids, idle} = options

  const auditing = createAuditing({
    options,
    storage: access.port,
    emit,
    changed,
    released: () => {
      for (const {actor} of workspaces.all()) {
        if (actor?.getSnapshot().context.error?.code === 'audit.pending') {
          actor.send({type: 'reload.requested'})
        }
      }
      context.retrySettings()
    },
  })
  const housekeeping = createHousekeeping({
    storage: access.port,
    ids,
    idle,
    time,
    now: time.now,
    retention: {...defaultRetention, ...options.retention},
    quarantine: restoring.quarantine,
    isHot: (id) => workspaces.get(id) !== undefined,
    isTrashed: ({id}) => catalogue.isTrashed(id),
    estimate: estimateOfSite,
    trash: catalogue.trash,
    replay: async (id) => {
      const port = await access.port()
      const stored = await readStored(id, port)
      const {head} = await replayLastWords({...stored, head: asHead(stored.head)}, port, ids)
      if (head !== undefined) {
        catalogue.noteHead(head)
        emit({type: 'last_words_replayed', workspaceId: id})
      }
    },
    forget: restoring.witnessing.noteDeleted,
    emit,
    changed,
    assertWritable: auditing.assertWritable,
  })

  const returning = createReturningStorage({options, access, flush: context.flush, emit, changed})

  return {
    auditing,
    housekeeping,
    returning,
    start: () => {
      void auditing.start().then(() => {
        if (access.current?.isPersistent) {
          housekeeping.tidy()
        }
      })
    },
    showReadOnly: async (runtime) => {
      const {head, records} = await readStored(runtime.id, await access.port())
      const known = asHead(head)
      runtime.salvage = known && {head: known, records}
      const watching = runtime.actor?.subscribe((snapshot) => {
        if (snapshot.matches('loadFailed')) {
          watching?.unsubscribe()
          queueMicrotask(() => {
            showSalvage(runtime, time.now())
            runtime.actor?.send({type: 'readOnly.requested'})
          })
        }
      })
    },
    close: () => {
      auditing.close()
      housekeeping.close()
      void returning.close().catch(() => undefined)
    },
  }
}

/** What the browser says of the whole site; undefined where it says nothing. */
async function estimateOfSite(): Promise<StorageUsage['estimate']> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage as StorageManager | undefined
  try {
    const {usage, quota} = (await storage?.estimate?.()) ?? {}
    return usage === undefined || quota === undefined ? undefined : {usageBytes: usage, quotaBytes: quota}
  } catch {
    return undefined
  }
}
