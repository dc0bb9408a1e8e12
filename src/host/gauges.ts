import type {WorkAtRisk} from '../model/status.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {Gauges} from '../services/telemetry/series.ts'
import {runtimeBytes} from './census.ts'
import type {Runtime} from './runtime.ts'
import type {StorageAccess} from './storage-access.ts'
import type {ReturningStorage} from './storage-return.ts'
import type {Workspaces} from './workspaces.ts'

/** What the gauges are read from. */
export type GaugesContext = {
  readonly workspaces: Pick<Workspaces, 'all' | 'get'>
  readonly access: Pick<StorageAccess, 'isPersistent'>
  readonly catalogue: Pick<CatalogueService, 'heads'>
  readonly upkeep: {readonly returning: Pick<ReturningStorage, 'isKept'>}
}

type Unsaved = {readonly edits: number; readonly since: number | undefined}

/** What would be lost if memory were lost now. */
export function workAtRisk({workspaces, access, catalogue, upkeep: {returning}}: GaugesContext): WorkAtRisk {
  const isGoneWithPage = !access.isPersistent
  const unsaved = workspaces
    .all()
    .flatMap((runtime) => (isGoneWithPage ? allOf(runtime, returning) : unsavedOf(runtime)) ?? [])
  const released = isGoneWithPage
    ? catalogue.heads().filter(({id, revision}) => workspaces.get(id) === undefined && !returning.isKept(id, revision))
    : []
  const all = [...unsaved, ...released.map(({createdAt}): Unsaved => ({edits: 1, since: createdAt}))]
  const times = all.flatMap(({since}) => since ?? [])
  return {
    workspaces: all.length,
    edits: all.reduce((sum, {edits}) => sum + edits, 0),
    since: times.length === 0 ? undefined : Math.min(...times),
  }
}

function unsavedOf({actor, store, wallTimeOf, setAsideSince}: Runtime): Unsaved | undefined {
  const context = actor?.getSnapshot().context
  if (context === undefined) {
    // Its actor waits for the one before it to end; what was edited meanwhile is in its store alone.
    return store.hasUnsaved() ? {edits: Math.max(1, store.version), since: undefined} : undefined
  }
  const edits = context.acceptedVersion - context.durableVersion + context.setAsideCount
  return edits > 0 ? {edits, since: setAsideSince ?? wallTimeOf(context.dirtySinceMs)} : undefined
}

/** Storage is memory too: whatever was saved there is as unsafe as what was not. */
function allOf(runtime: Runtime, returning: GaugesContext['upkeep']['returning']): Unsaved | undefined {
  const {id, revision, store, lastSavedAt} = runtime
  const unsaved = unsavedOf(runtime)
  if (lastSavedAt === undefined || returning.isKept(id, revision)) {
    return unsaved
  }
  return {edits: Math.max(1, store.version), since: store.head.createdAt}
}

/** How memory stands now, for telemetry. */
export function gaugesOf(context: GaugesContext): Gauges {
  const runtimes = context.workspaces.all()
  return {
    editsAtRisk: workAtRisk(context).edits,
    runtimes: runtimes.length,
    memoryBytes: runtimes.reduce((sum, runtime) => sum + runtimeBytes(runtime), 0),
  }
}
