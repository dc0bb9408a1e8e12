import {countsForCap} from '../machines/eviction/choice.policy.ts'
import type {Census} from '../machines/eviction/eviction.setup.ts'
import type {EvictionCandidate, EvictionProtection} from '../model/eviction.ts'
import type {EntryId, WorkspaceId} from '../model/ids.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {AwakeTime} from '../services/time/awake-time.ts'
import {isIn} from './chart-state.ts'
import type {ResolvedOptions} from './options.ts'
import type {Runtime} from './runtime.ts'
import type {Visits} from './visits.ts'
import type {Workspaces} from './workspaces.ts'

/** What an empty workspace takes in memory: its chart, its store, its listeners. Estimated bytes. */
const RUNTIME_BYTES = 32_768
/** What a component takes besides its content. */
const COMPONENT_BYTES = 2_048
/** Content is kept as an object and as the text that is stored, in two bytes for most characters. */
const CONTENT_FACTOR = 4

/** What the census needs from the rest. */
export type CensusContext = {
  readonly options: ResolvedOptions
  readonly workspaces: Workspaces
  readonly catalogue: CatalogueService
  readonly awake: AwakeTime
  readonly visits: Visits
  /** Workspaces save themselves; otherwise whatever is unsaved waits for a person to save it. */
  readonly isLive: boolean
}

/** Who is in memory now, as far as the eviction may know. */
export function takeCensus(context: CensusContext): Census {
  const awakeMs = context.awake.now()
  const candidates = context.workspaces.all().map((runtime) => candidateOf(runtime, awakeMs, context))
  return {candidates, atMs: context.options.time.elapsed()}
}

/** Those that do not count for the cap. */
export function keptOnPurpose(workspaces: Workspaces, catalogue: CatalogueService): ReadonlySet<WorkspaceId> {
  const kept = new Set<WorkspaceId>()
  for (const {id, store} of workspaces.all()) {
    if (!countsForCap({isPinned: catalogue.isPinned(id), isAttached: store.isAttached()})) {
      kept.add(id)
    }
  }
  return kept
}

/** What came to keep a workspace since it was chosen to go, if anything did. */
export function lateProtectionOf(
  {id, store}: Runtime,
  {workspaces, catalogue}: Pick<CensusContext, 'workspaces' | 'catalogue'>,
): EvictionProtection | undefined {
  if (workspaces.isVisible(id)) {
    return 'visible'
  }
  if (catalogue.isPinned(id)) {
    return 'pinned'
  }
  if (store.isAttached()) {
    return 'attached'
  }
  return countOperations(store).unresumable > 0 ? 'needsConsent' : undefined
}

/** What a workspace takes in memory, estimated from the size of its records. */
export function runtimeBytes({store}: Runtime): number {
  return RUNTIME_BYTES + store.componentCount * COMPONENT_BYTES + store.bytes * CONTENT_FACTOR
}

function candidateOf(
  runtime: Runtime,
  awakeMs: number,
  {options, workspaces, catalogue, visits, isLive}: CensusContext,
): EvictionCandidate {
  const {id, store} = runtime
  return {
    id,
    entryId: catalogue.head(id)?.entryId ?? runtime.creation?.entryId ?? ('' as EntryId),
    isVisible: workspaces.isVisible(id),
    isShared: options.sharedWorkspaces.includes(id),
    isPinned: catalogue.isPinned(id),
    isUnsavable: isUnsavable(runtime) || (!isLive && store.hasUnsaved()),
    isAttached: store.isAttached(),
    isLoading: isLoading(runtime),
    runningOperations: countOperations(store),
    isDefault: catalogue.isDefault(id),
    componentCount: store.componentCount,
    bytes: runtimeBytes(runtime),
    wasSeen: runtime.wasSeen,
    unseenMs: workspaces.isVisible(id) ? 0 : awakeMs - runtime.seenAwakeMs,
    revisits: visits.revisits(id),
  }
}

function countOperations(store: Runtime['store']): EvictionCandidate['runningOperations'] {
  const operations = store.getOperations()
  const resumable = operations.filter(({isResumable}) => isResumable).length
  return {resumable, unresumable: operations.length - resumable}
}

function isLoading({actor}: Runtime): boolean {
  const snapshot = actor?.getSnapshot()
  return snapshot === undefined || snapshot.hasTag('loading') || isIn(snapshot, 'cold')
}

/**
 * Whether its newest version could not be made durable: it stays until that is settled. So does one with edits that
 * wait for a load which failed; asked again and again it would refuse each time, and keep everybody else in memory.
 */
export function isUnsavable({actor, store}: Runtime): boolean {
  const snapshot = actor?.getSnapshot()
  return (
    snapshot !== undefined &&
    (isIn(snapshot, 'hot', 'failed') ||
      // A failed save that is being repeated: it is not known to be any better.
      (isIn(snapshot, 'hot', 'saving') && snapshot.context.error?.code.startsWith('storage.') === true) ||
      isIn(snapshot, 'hot', 'conflicted') ||
      (isIn(snapshot, 'loadFailed') && store.hasUnsaved()) ||
      snapshot.context.setAsideCount > 0)
  )
}
