import type {Activity} from './activity.ts'
import type {Alarms} from './alarms.ts'
import type {AuditReport} from './audit.ts'
import type {AnyComponentDefinition, ComponentDefinition} from './component-definition.ts'
import type {ConflictOutcome, ConflictResolution, ConflictView} from './conflict.ts'
import type {KeepspaceEvent, KeepspaceEventType} from './events.ts'
import type {EvictionDecision, EvictionExplanation, EvictionStrength} from './eviction.ts'
import type {Files} from './files.ts'
import type {FeatureFlags} from './flags.ts'
import type {Health} from './health.ts'
import type {History} from './history.ts'
import type {ComponentId, EntryId, WorkspaceId} from './ids.ts'
import type {Json} from './json.ts'
import type {MemoryStatus} from './memory.ts'
import type {EntrySwitch, OperationInfo, StartOptions} from './operations.ts'
import type {Presets} from './presets.ts'
import type {Quarantine} from './quarantine.ts'
import type {Layout} from './records.ts'
import type {ComponentProblem, FlushReport, SaveOutcome, SaveReason, UnloadOutcome, WriteResult} from './save.ts'
import type {ShutdownOptions, ShutdownReport, ShutdownSnapshot} from './shutdown.ts'
import type {Source} from './source.ts'
import type {CatalogueSnapshot, KeepspaceSnapshot, StorageReturn, WorkAtRisk, WorkspaceStatus} from './status.ts'
import type {Durability} from './storage-port.ts'
import type {FreeableKind, Freed, StorageUsage} from './storage-usage.ts'
import type {Telemetry} from './telemetry.ts'
import type {Time} from './time.ts'

/** Ends what it came from: a subscription, a hold, a registration. Calling it twice does nothing. */
export type Undo = () => void

/** A change of a component: some keys, or a function of the state before. Functions never see defaults. */
export type Change<State extends object> = Partial<State> | ((previous: State) => Partial<State>)

export type SetOptions = {
  /** Not worth storing by itself: a drag in progress, a hover. The next lasting change carries it. */
  readonly transient?: boolean
  /** Save at once instead of after the debounce. */
  readonly immediate?: boolean
  /** Save this change not more often than that, see `ComponentOptions.throttleMs`. @defaultValue that of the component type */
  readonly throttleMs?: number
}

/** What a view knows of one component besides its state. */
export type ComponentInfo = {
  readonly id: ComponentId
  readonly type: string
  readonly layout: Layout
  readonly isActive: boolean
  /** Whether it does work right now. */
  readonly isRunning: boolean
  /**
   * - `ready`: may be read and edited
   * - `readOnly`: its newer version may only be read
   * - `placeholder`: cannot be read; kept byte for byte
   * - `foreign`: its state is owned by an attached source, or waits for one
   */
  readonly status: 'ready' | 'readOnly' | 'placeholder' | 'foreign'
  readonly problem: ComponentProblem | undefined
}

/** One component of one workspace. Stable for the life of the Keepspace: survives eviction and reload of its workspace. */
export interface ComponentHandle<State extends object> {
  readonly id: ComponentId
  /** The state, or undefined until the workspace is loaded, and when the component does not exist or cannot be read. */
  getState(): State | undefined
  getInfo(): ComponentInfo | undefined
  /**
   * Merges a change into the state, shallowly. The work of this call does not depend on the size of the workspace.
   * Before the workspace is loaded the change is kept and applied to the loaded state; on a cold workspace it opens it.
   *
   * @throws {@link KeepspaceError} `component.readOnly` | `component.missing`, and in development `value.notJson` |
   * `value.invalid`. In production such a value is set aside by name when it is saved.
   */
  set(change: Change<State>, options?: SetOptions): void
  /**
   * Says that this component works at something, e.g. an upload: it counts as running, and a person is asked before it
   * is stopped unless its type takes it up again ({@link StartOptions.resume}). It lives with the workspace in memory, not
   * with a view, and is stored with it: what began when, how far it is, and how it goes on.
   *
   * @returns ends it, like {@link ComponentHandle.stopOperation}
   * @throws {@link KeepspaceError} `component.missing` when there is no such component in memory
   */
  startOperation(options: StartOptions): Undo
  /** How far an operation is, from 0 to 1. */
  reportProgress(name: string, progress: number): void
  stopOperation(name: string): void
  /** Called after each change of this component's state or info. */
  subscribe(listener: () => void): Undo
}

export type AddOptions<State extends object> = {
  /** @defaultValue a new id */
  readonly id?: string
  /** Merged over the initial state of its type. */
  readonly state?: Partial<State>
  readonly layout?: Partial<Layout>
  /** Keep what is there already, instead of failing. For components that register themselves when they mount. */
  readonly ifAbsent?: boolean
}

export type AttachOptions = {
  readonly type: string
  /** Version of the source's own format. @defaultValue 1 */
  readonly version?: number
  /** @defaultValue `version` */
  readonly editableFrom?: number
  /** The workspace left memory; changes of the source are not seen any more until it is attached again. */
  readonly onDetach?: () => void
}

/** One workspace. Stable for the life of the Keepspace; works whether the workspace is hot or cold. */
export interface WorkspaceHandle {
  readonly id: WorkspaceId
  getStatus(): WorkspaceStatus
  /** All components that exist, in order of `z` and id. The same array until one is added, removed, moved or changes its status. */
  getComponents(): readonly ComponentInfo[]
  /** The work that goes on in it, with the newest progress. Nothing while it is cold. */
  getOperations(): readonly OperationInfo[]
  /**
   * Work that the app started and did not stop, and that nobody does here: its type does not take it up, or another tab
   * does it. Start it again, or stop it.
   */
  getWaitingOperations(): readonly OperationInfo[]
  /** Called when the status or the list of components changed, not when a state did. */
  subscribe(listener: () => void): Undo
  component<Type extends string, State extends object>(
    definition: ComponentDefinition<Type, State>,
    id: string,
  ): ComponentHandle<State>
  /**
   * Adds a component and returns its id.
   * @throws {@link KeepspaceError} `component.duplicate` | `component.readOnly` | `component.unknownType`
   */
  add<Type extends string, State extends object>(
    definition: ComponentDefinition<Type, State>,
    options?: AddOptions<State>,
  ): ComponentId
  /** Deletes a component durably: it does not come back by any restore. {@link WorkspaceHandle.undelete} brings it back on purpose. */
  remove(id: string): void
  /** Brings a deleted component back as it was, as long as this workspace's retention keeps it. */
  undelete(id: string): void
  setLayout(id: string, layout: Partial<Layout>, options?: SetOptions): void
  setActive(id: string, isActive: boolean): void
  /** Connects a state that is owned elsewhere. See {@link Source}. */
  attach(id: string, source: Source, options: AttachOptions): Undo
  /**
   * Says that this workspace is not ready to be captured, e.g. in the middle of a composed input. A save waits for the
   * end of all holds, up to a bound (2 s; 500 ms before an eviction), then goes ahead and says so.
   */
  holdCapture(label: string): Undo
  /** Makes the newest version durable on disk. Resolves when it is, or says why not. */
  save(): Promise<SaveOutcome>
  /** Loads again after a failed load. */
  retryLoad(): void
  /** After a failed load: shows what can be read, and writes nothing. */
  openReadOnly(): void
  /** Both versions of what was changed in two places, while a choice is due (`getStatus().save` is `conflict`). */
  getConflict(): ConflictView | undefined
  /**
   * Ends a conflict. What is replaced stays in the history. Does nothing when there is none.
   *
   * @throws {@link KeepspaceError} the codes of storage; then the conflict stays and nothing is lost
   */
  resolveConflict(resolution: ConflictResolution): Promise<ConflictOutcome>
}

/** Entries and workspaces as people manage them. Every change is durable when its promise resolves. */
export interface Catalogue {
  getSnapshot(): CatalogueSnapshot
  subscribe(listener: () => void): Undo
  /** Reads all heads again. */
  refresh(): Promise<void>
  createEntry(options: {readonly title: string; readonly id?: string}): Promise<EntryId>
  renameEntry(id: EntryId, title: string): Promise<void>
  /** Puts an entry before another one, or last. */
  reorderEntry(id: EntryId, before: EntryId | undefined): Promise<void>
  /** Puts an entry and its workspaces into the trash. */
  deleteEntry(id: EntryId): Promise<void>
  restoreEntry(id: EntryId): Promise<void>
  createWorkspace(options: {
    readonly entryId: EntryId
    readonly title: string
    readonly id?: string
  }): Promise<WorkspaceId>
  renameWorkspace(id: WorkspaceId, title: string): Promise<void>
  /** Saves the original if it is hot, then copies every record, also what this version cannot read. */
  duplicateWorkspace(id: WorkspaceId, title?: string): Promise<WorkspaceId>
  reorderWorkspace(id: WorkspaceId, before: WorkspaceId | undefined): Promise<void>
  moveWorkspace(id: WorkspaceId, entryId: EntryId): Promise<void>
  setDefaultWorkspace(id: WorkspaceId): Promise<void>
  /** A pinned workspace is never evicted, and its work goes on when its entry is left. */
  setWorkspacePinned(id: WorkspaceId, isPinned: boolean): Promise<void>
  /** Pins all workspaces of an entry, also those that come later. */
  setEntryPinned(id: EntryId, isPinned: boolean): Promise<void>
  /** Saves a workspace, lets it go from memory and puts it into the trash. */
  deleteWorkspace(id: WorkspaceId): Promise<void>
  restoreWorkspace(id: WorkspaceId): Promise<void>
  /** In the trash itself, or with its entry. Such a workspace may be looked at, not edited, until it is restored. */
  isTrashed(id: string): boolean
  /** Deletes everything in the trash for good, except what is still open for editing in this tab. */
  emptyTrash(): Promise<void>
}

/** Small durable values of the app itself: the last workspace, the theme. Writes are gathered; the newest wins. */
export interface Settings {
  /** The value, or undefined. Loaded once at start; see {@link Keepspace.whenStarted}. */
  get(name: string): Json | undefined
  /** Takes effect at once, is written after a short debounce. Resolves when it is durable. */
  set(name: string, value: Json): Promise<WriteResult>
  subscribe(listener: () => void): Undo
}

/** What storage holds, and what to do when it lost something. */
export interface StorageControl {
  /**
   * A person, or the app, decided that what storage lost is gone: it may be made anew. Until then nothing is written to
   * such a workspace.
   */
  acceptEmpty(): Promise<void>
  /**
   * Stores what is only in memory, where storage could not be opened at the start and could be later
   * (`getSnapshot().storage.returned`). It happens by itself too; ask before a reload, which shows what was stored before.
   * Nothing stored is written over: another version of the same workspace stays, and what is here is stored beside it.
   *
   * @throws {@link KeepspaceError} `storage.unavailable` while it has not come back
   */
  keep(): Promise<StorageReturn>
  /** Reads the catalogue again and compares it with the second witness: what was lost may have come back. */
  lookAgain(): Promise<void>
  /**
   * What storage holds, by kind and by workspace. Reads everything once, one workspace at a time.
   *
   * @param options.onProgress - called after each workspace
   */
  usage(options?: {readonly onProgress?: (done: number, total: number) => void}): Promise<StorageUsage>
  /** Removes everything of one kind now, whatever its age. Never what nobody has a copy of and somebody may still want. */
  free(kind: FreeableKind): Promise<Freed>
}

export type PersistOptions = {
  /** Do not wait for components that hold the capture. */
  readonly skipReadinessCheck?: boolean
  /** @defaultValue `strict` for `explicit`, `evict`, `unload` and `shutdown`, `relaxed` otherwise */
  readonly durability?: Durability
}

export type OpenOptions = {
  /** What it begins with if it is not stored yet. */
  readonly create?: {readonly title: string; readonly entryId?: string}
  /** The entry it is opened under: a workspace of another entry is moved there. */
  readonly entryId?: string
}

/** Keeps workspaces alive and durable. Made by `createKeepspace`, outside React. */
export interface Keepspace {
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
  /** The clock it runs on, for views that wait. */
  readonly time: Time
  readonly catalogue: Catalogue
  readonly presets: Presets
  readonly files: Files
  readonly settings: Settings
  /** What rang and was not dismissed. */
  readonly alarms: Alarms
  /** What happened inside, in numbers. Empty when it is switched off. */
  readonly telemetry: Telemetry
  readonly storage: StorageControl
  /** Whether a person sees the window and types into it. */
  readonly activity: Activity
  /** Stored records that could not be used, as they were found. */
  readonly quarantine: Quarantine
  /** What lost against another version on this device. */
  readonly history: History
  /**
   * Reads everything stored through this version of the app, without writing any of it, and tells what could not be
   * read. Made by itself after an upgrade, see `KeepspaceSnapshot.audit`.
   *
   * @param options.onProgress - called after each workspace
   */
  audit(options?: {readonly onProgress?: (done: number, total: number) => void}): Promise<AuditReport>
  /** With `auditBeforeWrite`: lets this version write whatever its audit finds. */
  allowWrites(): void
  /** Resolves when storage is open (or known to be missing) and the catalogue is read. Never rejects. */
  whenStarted(): Promise<void>
  /** The handle of a workspace, without loading it. The same object for the same id. */
  workspace(id: string): WorkspaceHandle
  /** Brings a workspace into memory and returns its handle at once; loading goes on behind it. Calling it twice is harmless. */
  open(id: string, options?: OpenOptions): WorkspaceHandle
  /** Opens a workspace and marks it as seen by a person. The one before stays visible until {@link Keepspace.hide}. */
  activate(id: string, options?: Pick<OpenOptions, 'entryId'>): WorkspaceHandle
  /**
   * A person goes to an entry. The one before is saved first; then the work of its workspaces stops and they leave
   * memory, except pinned ones, which go on. Nothing is stopped that could not go on later, unless `stopsWork` says so.
   */
  activateEntry(entryId: string, options?: {readonly stopsWork?: boolean}): Promise<EntrySwitch>
  /** The workspace is not shown any more: it is saved, and may be evicted. */
  hide(id: string): void
  /** The same promise for the same load. Rejects with `load.failed` or `notFound`. */
  whenReady(id: string): Promise<WorkspaceHandle>
  /** Makes a workspace durable, visible or not. The one way to storage; every other save goes through it. */
  persist(id: string, reason: SaveReason, options?: PersistOptions): Promise<SaveOutcome>
  /** {@link Keepspace.persist} of the workspace activated last. Undefined when there is none. */
  persistCurrent(reason: SaveReason, options?: PersistOptions): Promise<SaveOutcome | undefined>
  /** Makes all hot workspaces, or one, durable. */
  flush(id?: string): Promise<FlushReport>
  /**
   * Saves, waits for the acknowledgement of the newest version, then releases the memory. Never drops anything unsaved.
   * Refused with `work.running` while work goes on that would have to begin again, unless `stopsWork` says so.
   */
  unload(id: string, options?: {readonly stopsWork?: boolean}): Promise<UnloadOutcome>
  /** Runs before a workspace is evicted or unloaded, awaited. A rejection refuses the eviction. */
  beforeEviction(callback: (workspaceId: WorkspaceId) => void | Promise<void>): Undo
  getStatus(id: string): WorkspaceStatus
  /** Called when the status of that workspace changed. */
  subscribeStatus(id: string, listener: () => void): Undo
  getSnapshot(): KeepspaceSnapshot
  /** How saving fares in all: every trouble with what a person can do, counts, the last write. */
  getHealth(): Health
  /**
   * Whether the page can be left now and nothing is lost: everything unsaved fits into its last words, and storage takes
   * them. False while storage fails, for edits that wait for a load, parts that cannot be saved, more than 1 MiB of
   * unsaved records, and everything edited in a storage that is gone with the page.
   */
  isSafeToLeave(): boolean
  /** What would be lost if memory were lost now. Changes with every edit, so it is asked for, not subscribed to. */
  getWorkAtRisk(): WorkAtRisk
  subscribe(listener: () => void): Undo
  /** Listens to events of one type, or of all with `'*'`. */
  on<Type extends KeepspaceEventType | '*'>(
    type: Type,
    listener: (event: Type extends KeepspaceEventType ? Extract<KeepspaceEvent, {type: Type}> : KeepspaceEvent) => void,
  ): Undo
  /** Asks a storage that is stuck or failing to try again now, and one that could not be opened to open. */
  retryStorage(): void
  /** How many workspaces may be in memory at once. */
  setCap(cap: number): void
  /** Why a workspace is in memory, left it, or would be the next to go. */
  explain(id: string): EvictionExplanation
  /** The decisions about memory that were made last, oldest first; a bounded number. */
  getDecisions(): readonly EvictionDecision[]
  /** How much memory is taken. Changes are told to {@link Keepspace.subscribe}. */
  getMemory(): MemoryStatus
  /** Measures now instead of with the next round. Only while `memoryAwareEviction` is on. */
  measureMemory(): void
  /**
   * Lets workspaces go until so much memory is free, each of them saved first.
   *
   * @param options.strength - `suggested` takes only what nothing protects. @defaultValue `suggested`
   * @param options.bytes - estimated bytes. @defaultValue as much as may go
   */
  freeMemory(options?: {readonly strength?: EvictionStrength; readonly bytes?: number}): void
  getFlags(): FeatureFlags
  /** Switches features at run time. Switching `liveState` off makes everything durable first. */
  setFlags(flags: Partial<FeatureFlags>): Promise<void>
  /**
   * The way to the end for apps with a person in front: accepts nothing more, makes everything durable within a bound,
   * then closes. When something is late it stays open and names it: call it again to try again,
   * {@link Keepspace.cancelShutdown} to go on working, or {@link Keepspace.closeAnyway}. Never rejects.
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport>
  /** Everything is accepted again. Nothing happens when no shutdown is under way, or when it has ended. */
  cancelShutdown(): void
  /** Ends at once, whatever is late; the report names it. */
  closeAnyway(): Promise<ShutdownReport>
  /** How far a shutdown is. {@link Keepspace.subscribe} tells of changes. */
  getShutdown(): ShutdownSnapshot
  /**
   * {@link Keepspace.shutdown} without a person: saves everything, then stops every actor and closes storage. Ends within `timeoutMs` whatever storage does, and
   * names every workspace that is not durable; a save without an answer counts as unsaved.
   *
   * @param options.timeoutMs - milliseconds. @defaultValue 3,000
   */
  dispose(options?: {readonly timeoutMs?: number}): Promise<FlushReport>
  /**
   * Deletes everything of this scope, for sign-out. Disposes first; nothing unsaved is written. Other tabs with the same
   * scope end too (`purged_elsewhere`): they would store it all again.
   */
  purge(): Promise<void>
}
