import type {InspectionEvent, Observer} from 'xstate'
import {type AutosavePolicy, defaultAutosave} from '../machines/autosave/autosave.policy.ts'
import {ABSOLUTE_CAP} from '../machines/eviction/choice.policy.ts'
import {defaultLease, type LeasePolicy} from '../machines/lease/lease.policy.ts'
import {defaultPressure, type PressurePolicy} from '../machines/memory/pressure.policy.ts'
import {defaultPacing, type PacingPolicy} from '../machines/workspace/pacing.policy.ts'
import {defaultWriterPolicy, type WriterPolicy} from '../machines/writer/writer.policy.ts'
import type {AnyComponentDefinition} from '../model/component-definition.ts'
import type {ConflictResolution, ConflictView} from '../model/conflict.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {EvictionPolicy} from '../model/eviction.ts'
import {defaultFlags, type FeatureFlags} from '../model/flags.ts'
import type {Idle} from '../model/idle.ts'
import type {IdSource} from '../model/ids.ts'
import {escapeKeyPart} from '../model/keys.ts'
import type {MemoryProbe} from '../model/memory.ts'
import type {PageLifecycle} from '../model/page-lifecycle.ts'
import type {StorageTarget} from '../model/storage-port.ts'
import type {TabBus} from '../model/tab-bus.ts'
import type {TabLocks} from '../model/tab-locks.ts'
import type {TelemetryOptions} from '../model/telemetry.ts'
import type {Time} from '../model/time.ts'
import type {Witness} from '../model/witness.ts'
import {isHandheld} from '../services/device.ts'
import type {RetentionPolicy} from '../services/growth/retention.policy.ts'
import {browserIdle} from '../services/idle.ts'
import {heapProbe, userAgentProbe} from '../services/memory-probe/browser-probes.ts'
import {defaultMemoryEstimate, type MemoryEstimate} from '../services/memory-probe/memory-probe.ts'
import {browserPageLifecycle} from '../services/page-lifecycle.ts'
import {askToKeepStorage} from '../services/persistence.ts'
import {randomFraction, randomIds} from '../services/random-ids.ts'
import {browserTabBus} from '../services/tab-bus.ts'
import {browserTabLocks} from '../services/tab-locks.ts'
import {systemTime} from '../services/time/system-time.ts'
import {browserWitness} from '../services/witness.ts'
import {cautious} from './eviction-policy.ts'
import {createInspection, type Inspection} from './inspecting.ts'
import {tellObserver} from './observing.ts'

/** How many workspaces are in memory at once when nobody says otherwise; {@link TABLET_CAP} on tablets and phones. */
export const DEFAULT_CAP = 4
/** The same for devices with little memory. */
export const TABLET_CAP = 2
/** A record larger than this is set aside instead of saved. */
const MAX_RECORD_BYTES = 1_572_864
/** How long a save waits for components that hold the capture. */
const READINESS_MS = 2_000
/** The same before an eviction. */
const EVICTION_READINESS_MS = 500

/** What `createKeepspace` takes. Everything but `namespace`, `components` and `storage` has a default. */
export type KeepspaceOptions = {
  /** Keeps several apps of one origin apart: part of every stored key. */
  readonly namespace: string
  /** Whose data it is, e.g. a user id. Two scopes of one browser never see each other. @defaultValue `'local'` */
  readonly scope?: string
  /** Every component type the app knows. Others are kept and shown as placeholders. */
  readonly components: readonly AnyComponentDefinition[]
  readonly storage: StorageTarget
  /** How many workspaces may be in memory at once. @defaultValue 4, 2 on tablets and phones: see {@link deviceCap} */
  readonly cap?: number
  /** How many may be loaded at once in all, pinned ones included, whatever the cap says. @defaultValue 25 */
  readonly absoluteCap?: number
  /** What is switched on at first; see `Keepspace.setFlags`. */
  readonly flags?: Partial<FeatureFlags>
  /** Workspaces that belong to every entry: never evicted. */
  readonly sharedWorkspaces?: readonly string[]
  /** Decides who is evicted instead of the built-in policies. Pure; one that throws is passed over. */
  readonly evictionPolicy?: EvictionPolicy
  /**
   * Where memory is measured, the best first. Only asked while the flag `memoryAwareEviction` is on.
   * @defaultValue `performance.measureUserAgentSpecificMemory`, then `performance.memory`
   */
  readonly memoryProbes?: readonly MemoryProbe[]
  /** Asks Electron's main process, e.g. for `process.memoryUsage()`. Tried after {@link KeepspaceOptions.memoryProbes}. */
  readonly electronMemory?: MemoryProbe['measure']
  /** What is reckoned with where nothing can be measured; false to count workspaces only. */
  readonly memoryEstimate?: Partial<MemoryEstimate> | false
  /** From which share of memory each level of pressure holds. */
  readonly pressure?: Partial<PressurePolicy>
  readonly pacing?: Partial<PacingPolicy>
  readonly writer?: Partial<WriterPolicy>
  /**
   * Decides a conflict without asking a person; undefined asks. It is called with both versions, during a save.
   * @defaultValue every conflict is for a person
   */
  readonly resolveConflict?: (conflict: ConflictView) => ConflictResolution | undefined
  /** How politely tabs share a workspace. */
  readonly lease?: Partial<LeasePolicy>
  /** The background sweep under the debounce of each workspace. @defaultValue every 30 s, what is unsaved for 10 s */
  readonly autosave?: Partial<AutosavePolicy>
  /** Largest record in UTF-8 bytes. @defaultValue 1,572,864 (1.5 MiB) */
  readonly maxRecordBytes?: number
  /** How long a save waits for components that hold the capture. @defaultValue 2,000 */
  readonly readinessMs?: number
  /** The same before an eviction. @defaultValue 500 */
  readonly evictionReadinessMs?: number
  /** Refuse values at once that could not be saved. @defaultValue true unless `process.env.NODE_ENV` is `production` */
  readonly isDevelopment?: boolean
  /** Telemetry in memory: a bounded ring, counters, the course of things. False switches it off. @defaultValue on */
  readonly telemetry?: TelemetryOptions | false
  readonly time?: Time
  readonly ids?: IdSource
  /** A number from 0 up to 1, for the jitter of retries. @defaultValue the platform's cryptographic randomness */
  readonly random?: () => number
  /** Tells when the page is hidden or left. @defaultValue the events of the browser's page; none without a document */
  readonly lifecycle?: PageLifecycle
  /** Carries hints between tabs. @defaultValue BroadcastChannel; nothing without a document */
  readonly bus?: TabBus
  /** Locks between tabs. @defaultValue Web Locks; where they are missing, storage alone decides who was first */
  readonly locks?: TabLocks
  /** Remembers in a second place what was stored. @defaultValue localStorage and a cookie; nothing without a document */
  readonly witness?: Witness
  /** Tells when nobody waits for anything. @defaultValue `requestIdleCallback`; short pauses where it is missing */
  readonly idle?: Idle
  /** How long deleted, replaced and damaged things are kept. @defaultValue {@link defaultRetention} */
  readonly retention?: Partial<RetentionPolicy>
  /**
   * After an upgrade everything is read-only until the audit has read all that is stored, or the app allows it.
   * @defaultValue false
   */
  readonly auditBeforeWrite?: boolean
  /**
   * Asks the browser not to clear this storage by itself, once the first real content is stored.
   * @defaultValue `navigator.storage.persist()`
   */
  readonly askToKeep?: () => Promise<boolean | undefined>
  /**
   * Looks at every chart. An observer, as `@statelyai/inspect` gives one (`inspector.inspect`), sends what it is told
   * elsewhere: it gets ids, sizes and revisions, no content. A function stays in this page: it gets XState's own events,
   * at once. More ways are in `keepspace/inspector`.
   */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void) | undefined
}

export type ResolvedOptions = Omit<
  Required<KeepspaceOptions>,
  | 'pacing'
  | 'writer'
  | 'lease'
  | 'autosave'
  | 'resolveConflict'
  | 'inspect'
  | 'components'
  | 'flags'
  | 'evictionPolicy'
  | 'pressure'
  | 'memoryEstimate'
  | 'electronMemory'
> & {
  readonly pacing: PacingPolicy
  readonly writer: WriterPolicy
  readonly lease: LeasePolicy
  readonly autosave: AutosavePolicy
  readonly flags: FeatureFlags
  readonly evictionPolicy: EvictionPolicy | undefined
  readonly resolveConflict: KeepspaceOptions['resolveConflict'] | undefined
  readonly memoryEstimate: MemoryEstimate | undefined
  readonly pressure: PressurePolicy
  readonly inspect: ((event: InspectionEvent) => void) | undefined
  readonly inspection: Inspection
  /** Names this Keepspace among the others of the same browser. */
  readonly tabId: string
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
}

/**
 * Options with their defaults.
 *
 * @throws {@link KeepspaceError} `usage` | `definition.invalid` when two components share a type
 */
export function resolveOptions(options: KeepspaceOptions): ResolvedOptions {
  if (!options.namespace) {
    throw new KeepspaceError('usage', 'a namespace needs a name')
  }
  assertGiven(options)
  return {
    namespace: options.namespace,
    scope: options.scope ?? 'local',
    storage: options.storage,
    definitions: registryOf(options.components),
    cap: capOf(options.cap ?? deviceCap()),
    absoluteCap: capOf(options.absoluteCap ?? Math.max(ABSOLUTE_CAP, options.cap ?? 0)),
    flags: {...defaultFlags, ...options.flags},
    memoryProbes: [
      ...(options.memoryProbes ?? [userAgentProbe(), heapProbe()]),
      ...(options.electronMemory ? [{source: 'electron', measure: options.electronMemory} as const] : []),
    ],
    memoryEstimate:
      options.memoryEstimate === false ? undefined : {...defaultMemoryEstimate, ...options.memoryEstimate},
    pressure: {...defaultPressure, ...options.pressure},
    sharedWorkspaces: options.sharedWorkspaces ?? [],
    evictionPolicy: options.evictionPolicy && cautious(options.evictionPolicy),
    pacing: {...defaultPacing, ...options.pacing},
    writer: {...defaultWriterPolicy, ...options.writer},
    resolveConflict: options.resolveConflict,
    lease: {...defaultLease, ...options.lease},
    autosave: {...defaultAutosave, ...options.autosave},
    maxRecordBytes: options.maxRecordBytes ?? MAX_RECORD_BYTES,
    readinessMs: options.readinessMs ?? READINESS_MS,
    evictionReadinessMs: options.evictionReadinessMs ?? EVICTION_READINESS_MS,
    isDevelopment: options.isDevelopment ?? isDevelopmentBuild(),
    telemetry: options.telemetry ?? {},
    time: options.time ?? systemTime,
    ids: options.ids ?? randomIds,
    random: options.random ?? randomFraction,
    lifecycle: options.lifecycle ?? browserPageLifecycle,
    bus: options.bus ?? browserTabBus(`keepspace/${options.namespace}/${options.scope ?? 'local'}`),
    locks: options.locks ?? browserTabLocks(),
    witness: options.witness ?? browserWitness(placeOf(options), options.ids ?? randomIds),
    idle: options.idle ?? browserIdle(options.time ?? systemTime),
    retention: options.retention ?? {},
    auditBeforeWrite: options.auditBeforeWrite ?? false,
    askToKeep: options.askToKeep ?? askToKeepStorage,
    inspect: typeof options.inspect === 'function' ? options.inspect : undefined,
    inspection: inspectionOf(options),
    tabId: (options.ids ?? randomIds).next(),
  }
}

/** The cap that suits this device: {@link TABLET_CAP} where a finger is the main pointer, else {@link DEFAULT_CAP}. */
export function deviceCap(): number {
  return isHandheld() ? TABLET_CAP : DEFAULT_CAP
}

/**
 * A usable cap.
 *
 * @throws {@link KeepspaceError} `usage` when it is not a whole number from 1
 */
export function capOf(cap: number): number {
  if (!Number.isSafeInteger(cap) || cap < 1) {
    throw new KeepspaceError('usage', `cap must be a whole number from 1, got ${cap}`)
  }
  return cap
}

function inspectionOf({inspect, time = systemTime}: KeepspaceOptions): Inspection {
  const inspection = createInspection(time)
  if (typeof inspect === 'object') {
    tellObserver(inspection, inspect)
  }
  return inspection
}

/** What a type checker would have said; many apps are written without one. */
function assertGiven({storage, components}: Partial<KeepspaceOptions>): void {
  if (typeof storage?.open !== 'function') {
    throw new KeepspaceError('usage', 'storage is missing: give it localforageStorage(), or memoryStorage() for a test')
  }
  if (!Array.isArray(components)) {
    throw new KeepspaceError('usage', 'components is missing: list every component type the app knows')
  }
}

/** Names what is stored among everything that a browser keeps for this site. */
function placeOf({storage, namespace, scope = 'local'}: KeepspaceOptions): string {
  return [storage.place ?? storage.name, namespace, scope].map(escapeKeyPart).join('/')
}

function registryOf(components: readonly AnyComponentDefinition[]): ReadonlyMap<string, AnyComponentDefinition> {
  const definitions = new Map<string, AnyComponentDefinition>()
  for (const definition of components) {
    if (definitions.has(definition.type)) {
      throw new KeepspaceError('definition.invalid', `two components have the type ${definition.type}`)
    }
    definitions.set(definition.type, definition)
  }
  return definitions
}

declare const process: {readonly env: {readonly NODE_ENV?: string}}

/**
 * A plain member expression and nothing around it: bundlers replace exactly that, and a `typeof process` beside it would
 * still be `undefined` in a browser.
 */
function isDevelopmentBuild(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    // A browser without a bundler.
    return true
  }
}
