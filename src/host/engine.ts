import type {WorkspaceHandle} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {Telemetry} from '../model/telemetry.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {Emitter} from '../services/emitter.ts'
import type {SettingsService} from '../services/settings.ts'
import type {BackgroundWriter} from '../services/writing/background-writer.ts'
import type {WriteQueue} from '../services/writing/write-queue.ts'
import type {AlarmClock} from './alarms.ts'
import type {Contents} from './contents.ts'
import type {Enqueue} from './enqueue.ts'
import type {Entries} from './entries.ts'
import type {Events} from './events.ts'
import type {Observers} from './observers.ts'
import type {ResolvedOptions} from './options.ts'
import type {Persist} from './persisting.ts'
import type {Releasing} from './releasing.ts'
import type {Residency} from './residency.ts'
import type {Restoring} from './restoring.ts'
import type {ServerLegs} from './server-legs.ts'
import type {ServerLevels} from './server-levels.ts'
import type {ShuttingDown} from './shutting-down.ts'
import type {StorageAccess} from './storage-access.ts'
import type {System} from './system.ts'
import type {Upkeep} from './upkeep.ts'
import type {Workspaces} from './workspaces.ts'

/** Everything behind the public API, wired together. */
export type Engine = {
  readonly options: ResolvedOptions
  readonly access: StorageAccess
  readonly events: Events
  /** Tells that the snapshot of the whole may have changed. */
  readonly changed: Emitter<[]>
  readonly queue: WriteQueue
  readonly observers: Observers
  readonly workspaces: Workspaces
  readonly releasing: Releasing
  readonly residency: Residency
  readonly writer: BackgroundWriter
  readonly settings: SettingsService
  readonly catalogue: CatalogueService
  readonly restoring: Restoring
  readonly upkeep: Upkeep
  readonly entries: Entries
  readonly clock: AlarmClock
  readonly telemetry: Telemetry
  readonly contents: Contents
  readonly serverLevels: ServerLevels
  readonly serverLegs: ServerLegs
  readonly system: System
  readonly shuttingDown: ShuttingDown
  /** Resolves when storage is open and the catalogue is read. */
  readonly started: Promise<void>
  /** From now on nothing is accepted any more. With `keepsBus` the other tabs can still be told something. */
  close(closeOptions?: {readonly keepsBus?: boolean}): void
  /** @throws {@link KeepspaceError} `disposed` */
  assertOpen(): void
  readonly enqueue: Enqueue
  handle(id: WorkspaceId): WorkspaceHandle
  whenReady(id: WorkspaceId): Promise<WorkspaceHandle>
  readonly persist: Persist
}
