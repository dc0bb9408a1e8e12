import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import type {ComponentInfo} from '../../model/handles.ts'
import type {ComponentId, Version} from '../../model/ids.ts'
import type {JsonObject} from '../../model/json.ts'
import type {ResumeRule} from '../../model/operations.ts'
import type {ComponentRecord, Layout} from '../../model/records.ts'
import type {ComponentProblem} from '../../model/save.ts'
import type {Source} from '../../model/source.ts'

/** A stored record as it is on disk: what "unchanged" is compared with. */
export type DurableText = {
  readonly text: string
  /** UTF-8 bytes of `text`. */
  readonly bytes: number
  /** What it was written as, where that is content. */
  readonly form?: Pick<ComponentRecord, 'type' | 'schemaVersion' | 'editableFrom'>
}

/** Stands for every record of a source. Begins with a dot, which no record name of a source may. */
export const ALL_RECORDS = '.all'

/** Work that an app started and that has not ended. Mutable, like its cell. */
export type StartedOperation = {
  readonly name: string
  readonly resume: ResumeRule
  startedAt: number
  readonly deadlineMs: number | undefined
  /** What was left of it at `sinceMs` on the clock that nobody sets, or when it stood still. */
  leftMs: number | undefined
  sinceMs: number | undefined
  progress: number | undefined
  /** Somebody does it here. Otherwise it is only stored, and waits. */
  isHere: boolean
  onStop: (() => void) | undefined
  /** Ends it by itself. */
  timer: unknown
  /** What else was stored of it, by a later version. */
  readonly stored: JsonObject
}

/** One component in memory. Mutable, and owned by the store of its workspace alone. */
export type Cell = {
  readonly id: ComponentId
  type: string
  definition: AnyComponentDefinition | undefined
  status: ComponentInfo['status']
  state: JsonObject | undefined
  /** Version and oldest editing version of what is in `state`; a newer stored version is kept when we edit it. */
  schemaVersion: number
  editableFrom: number
  layout: Layout
  isActive: boolean
  isRunning: boolean
  deletedAt: number | undefined
  problem: ComponentProblem | undefined
  /** What is stored, by record name. */
  readonly durable: Map<string, DurableText>
  /** What was stored by the last save that was flushed to disk, of content that was stored anew since. */
  readonly flushed: Map<string, DurableText>
  /** What was stored and is lost, of content that can only be written as it was. */
  readonly lost: Map<string, DurableText>
  /** Which records changed since, with the version of the last change. */
  readonly dirtyAt: Map<string, Version>
  /** A change that waits for its throttle, and when the last one was let through. */
  throttleTimer: unknown
  lastMarkedAt: number
  source: Source | undefined
  /** Version of the format of the source that is or was attached. */
  sourceVersion: number
  /** Gives the unsaved records of a source that was detached before they were saved. */
  detached: Pick<Source, 'capture'> | undefined
  stopSource: (() => void) | undefined
  stopRun: (() => void) | undefined
  /** When its running work ends by itself, milliseconds since 1970. */
  deadlineMs: number | undefined
  /** Work that the app started, by name. */
  operations: Map<string, StartedOperation> | undefined
  /** Stored work that this version does not understand. */
  unknownOperations: readonly JsonObject[]
  /** Started work waits to be stored as far as it is. */
  anchorTimer: unknown
  hasNewProgress: boolean
  /** Cached for views; dropped on every change. */
  info: ComponentInfo | undefined
}

/** Where a component stands when nobody said so. */
export const DEFAULT_LAYOUT: Layout = {x: 0, y: 0, width: 240, height: 160, z: 0}

/** A component with nothing in it yet. */
export function createCell(facts: Pick<Cell, 'id' | 'type' | 'definition' | 'status'> & Partial<Cell>): Cell {
  return {
    state: undefined,
    schemaVersion: facts.definition?.version ?? 1,
    editableFrom: facts.definition?.editableFrom ?? 1,
    layout: DEFAULT_LAYOUT,
    isActive: false,
    isRunning: false,
    deletedAt: undefined,
    problem: undefined,
    durable: new Map(),
    flushed: new Map(),
    lost: new Map(),
    dirtyAt: new Map(),
    throttleTimer: undefined,
    lastMarkedAt: Number.NEGATIVE_INFINITY,
    source: undefined,
    sourceVersion: 1,
    detached: undefined,
    stopSource: undefined,
    stopRun: undefined,
    deadlineMs: undefined,
    operations: undefined,
    unknownOperations: [],
    anchorTimer: undefined,
    hasNewProgress: false,
    info: undefined,
    ...facts,
  }
}

/** What views see of a cell. The same object until something in it changed. */
export function infoOf(cell: Cell): ComponentInfo {
  cell.info ??= {
    id: cell.id,
    type: cell.type,
    layout: cell.layout,
    isActive: cell.isActive,
    isRunning: cell.isRunning,
    status: cell.status,
    problem: cell.problem,
  }
  return cell.info
}
