import type {SweepOutput, SweepTrigger} from '../machines/autosave/autosave.machine.ts'
import {type AutosavePolicy, isOverdue} from '../machines/autosave/autosave.policy.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {SaveOutcome, SaveReason} from '../model/save.ts'
import type {Time} from '../model/time.ts'
import {within} from './closing.ts'
import type {Runtime} from './runtime.ts'

/** A storage that does not answer must not keep the next sweep from beginning. */
const SWEEP_LIMIT_MS = 20_000

/** What the sweep needs from the rest. */
export type AutosavingContext = {
  readonly policy: AutosavePolicy
  readonly time: Time
  readonly runtimes: () => readonly Runtime[]
  /** Whether a person sees the workspace right now: on a page that is seen itself. */
  readonly isSeen: (runtime: Runtime) => boolean
  readonly persist: (id: WorkspaceId, reason: SaveReason) => Promise<SaveOutcome>
  readonly emit: (event: KeepspaceEvent) => void
}

/** Saves everything in memory that has been unsaved for too long, and asks again for loads that edits wait for. */
export async function sweep(trigger: SweepTrigger, context: AutosavingContext): Promise<SweepOutput> {
  const {time, emit, policy} = context
  // Charts hear of edits a microtask later; only then is what they have not heard of missed.
  await Promise.resolve()
  const startedAt = time.elapsed()
  retryLoads(context)
  const overdue = context.runtimes().filter((runtime) => isOverdue(policy, factsOf(runtime, context), startedAt))
  if (overdue.length === 0) {
    return {atMs: startedAt, attempted: 0, saved: 0}
  }
  let saved = 0
  emit({type: 'background_autosave_start', trigger, workspaces: overdue.length})
  const saving = overdue.map(async ({id}) => {
    const {status, durationMs, error} = await context.persist(id, 'autosave')
    saved += status === 'saved' || status === 'unchanged' ? 1 : 0
    emit({type: 'background_autosave_workspace', workspaceId: id, status, durationMs, error})
  })
  await within({time, endsAtMs: startedAt + SWEEP_LIMIT_MS}, Promise.all(saving))
  const attempted = overdue.length
  emit({type: 'background_autosave_complete', trigger, attempted, saved, durationMs: time.elapsed() - startedAt})
  return {atMs: time.elapsed(), attempted, saved}
}

function factsOf(runtime: Runtime, {isSeen}: AutosavingContext) {
  const {actor, store} = runtime
  const snapshot = actor?.getSnapshot()
  const context = snapshot?.context
  // An edit that its chart has not heard of was missed: as old as anything.
  const isMissed = context !== undefined && store.phase === 'loaded' && store.version > context.acceptedVersion
  return {
    isVisible: isSeen(runtime),
    dirtySinceMs: context?.dirtySinceMs ?? (isMissed ? Number.NEGATIVE_INFINITY : undefined),
    isSaving: snapshot === undefined || !snapshot.hasTag('savable') || snapshot.hasTag('saving'),
    waitsForPerson: snapshot?.matches({hot: 'conflicted'}) === true,
  }
}

/** Edits that wait for a load which storage refused exist in memory only, like any others. Who sees it is asked. */
function retryLoads({runtimes, isSeen}: AutosavingContext): void {
  for (const runtime of runtimes()) {
    const {actor, store} = runtime
    const snapshot = actor?.getSnapshot()
    const isRefused = snapshot?.matches('loadFailed') === true && snapshot.context.error?.code === 'load.failed'
    if (isRefused && store.hasUnsaved() && !isSeen(runtime)) {
      actor?.send({type: 'reload.requested'})
    }
  }
}
