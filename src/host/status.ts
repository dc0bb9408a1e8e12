import type {SnapshotFrom} from 'xstate'
import type {workspaceMachine} from '../machines/workspace/workspace.machine.ts'
import type {Revision, WorkspaceId} from '../model/ids.ts'
import {isEqualJson} from '../model/json.ts'
import type {HeadRecord} from '../model/records.ts'
import type {SafetyLevel} from '../model/save.ts'
import type {EditingPlace, SavePhase, WorkspacePhase, WorkspaceStatus} from '../model/status.ts'
import {isIn} from './chart-state.ts'
import type {Runtime} from './runtime.ts'

type WorkspaceSnapshot = SnapshotFrom<typeof workspaceMachine>

/** What a status depends on besides the runtime. */
export type StatusFacts = {
  readonly isPersistent: boolean
  /** Storage has mended itself since its start; before that nothing counts as safe. */
  readonly isHealed: boolean
  readonly isVisible: boolean
  readonly editing: EditingPlace
  readonly isPinned: boolean
  /** The revision that a server has. */
  readonly serverRevision: Revision | undefined
}

/** The status of a workspace in memory. The object before is returned when nothing in it changed. */
export function statusOf(runtime: Runtime, facts: StatusFacts, before: WorkspaceStatus | undefined): WorkspaceStatus {
  const snapshot = runtime.actor?.getSnapshot()
  const {store} = runtime
  const problems = store.getProblems()
  const setAside = problems.find(({kind}) => kind === 'setAside')
  const save = savePhaseOf(snapshot, store.hasUnsaved(), setAside !== undefined)
  const phase = phaseOf(snapshot)
  const next: WorkspaceStatus = {
    id: runtime.id,
    phase,
    isSlow: phase === 'loading' && snapshot !== undefined && isIn(snapshot, 'loading', 'slow'),
    save,
    level: levelOf(save, runtime, facts),
    isPersistent: facts.isPersistent,
    isVisible: facts.isVisible,
    editing: facts.editing,
    revision: runtime.revision,
    unsavedSince: runtime.wallTimeOf(snapshot?.context.dirtySinceMs),
    lastSavedAt: runtime.lastSavedAt,
    componentCount: store.componentCount,
    runningCount: store.runningCount,
    operations: store.getOperations(),
    waitingOperations: store.getWaitingOperations(),
    isPinned: facts.isPinned,
    problems,
    error: snapshot?.context.error ?? setAside?.error,
  }
  return before !== undefined && isSameStatus(before, next) ? before : next
}

/** The status of a workspace on disk, from its head alone. Nothing of one without a head counts as safe. */
export function coldStatus(
  id: WorkspaceId,
  head: HeadRecord | undefined,
  facts: StatusFacts,
  before: WorkspaceStatus | undefined,
): WorkspaceStatus {
  const next: WorkspaceStatus = {
    id,
    phase: 'cold',
    isSlow: false,
    save: 'saved',
    level: coldLevelOf(head, facts),
    isPersistent: facts.isPersistent,
    isVisible: false,
    editing: facts.editing,
    revision: head?.revision ?? 0,
    unsavedSince: undefined,
    lastSavedAt: head?.updatedAt,
    componentCount: head?.componentCount ?? 0,
    runningCount: 0,
    operations: [],
    waitingOperations: [],
    isPinned: facts.isPinned,
    problems: [],
    error: undefined,
  }
  return before !== undefined && isSameStatus(before, next) ? before : next
}

/** Both have every field, so most are compared by identity alone: this runs with every message of a chart. */
function isSameStatus(before: WorkspaceStatus, next: WorkspaceStatus): boolean {
  for (const key in next) {
    const field = key as keyof WorkspaceStatus
    if (before[field] !== next[field] && !isEqualJson(before[field], next[field])) {
      return false
    }
  }
  return true
}

function phaseOf(snapshot: WorkspaceSnapshot | undefined): WorkspacePhase {
  if (snapshot === undefined || isIn(snapshot, 'cold') || isIn(snapshot, 'loading')) {
    return 'loading'
  }
  if (isIn(snapshot, 'hot')) {
    return 'hot'
  }
  if (isIn(snapshot, 'loadFailed') || isIn(snapshot, 'leaving')) {
    return 'loadFailed'
  }
  if (isIn(snapshot, 'readOnly')) {
    return 'readOnly'
  }
  if (isIn(snapshot, 'evicting')) {
    return 'evicting'
  }
  return 'cold'
}

function savePhaseOf(snapshot: WorkspaceSnapshot | undefined, hasUnsaved: boolean, isSetAside: boolean): SavePhase {
  if (snapshot === undefined) {
    // Its actor waits for the one before it to end; what was edited meanwhile is in its store alone.
    return hasUnsaved ? 'unsaved' : 'saved'
  }
  if (isIn(snapshot, 'hot', 'conflicted')) {
    return 'conflict'
  }
  if (isIn(snapshot, 'hot', 'failed')) {
    return 'failed'
  }
  if (snapshot.hasTag('saving')) {
    return 'saving'
  }
  const {acceptedVersion, durableVersion} = snapshot.context
  return acceptedVersion > durableVersion || isSetAside ? 'unsaved' : 'saved'
}

function levelOf(save: SavePhase, runtime: Runtime, facts: StatusFacts): SafetyLevel {
  if (save !== 'saved') {
    return 'unsaved'
  }
  if (facts.serverRevision === runtime.revision) {
    return 'onServer'
  }
  return facts.isPersistent && facts.isHealed ? runtime.level : 'unsaved'
}

function coldLevelOf(head: HeadRecord | undefined, facts: StatusFacts): SafetyLevel {
  if (head === undefined) {
    return 'unsaved'
  }
  if (facts.serverRevision === head.revision) {
    return 'onServer'
  }
  return facts.isPersistent && facts.isHealed ? 'onDevice' : 'unsaved'
}
