import type {SnapshotFrom} from 'xstate'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import type {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import type {SaveOutput} from '../../src/machines/workspace/workspace.setup.ts'

// What the model of the workspace makes of a situation of the chart, wherever its paths are walked.

export type WorkspaceSnapshot = SnapshotFrom<typeof workspaceMachine>

/** Marks paths on which nothing can be typed before the workspace leaves. */
export const WHILE_READ_ONLY = 'app:read-only'

/** How long somebody pauses between two edits, milliseconds. */
export const TYPING_MS = 200

/** How long the writer gathers before it begins, milliseconds. */
export const COLLECT_WINDOW_MS = 4

/** The version that was the newest when another tab's was loaded instead: there is nothing of it to save. */
export type Taken = {readonly takenVersion?: number}

/** Memory is given back in this very moment. */
export function isReleasing(snapshot: WorkspaceSnapshot): boolean {
  return snapshot.matches({evicting: 'releasing'}) || snapshot.matches({leaving: 'releasing'})
}

export function unsavedOf({context}: WorkspaceSnapshot): number {
  return context.acceptedVersion - context.durableVersion
}

/** What is left of the wait for a quiet moment. */
export function quietIn({context: {quietWaitMs, quietUntilMs, clockMs}}: WorkspaceSnapshot): number {
  return Math.min(quietWaitMs, quietUntilMs - clockMs)
}

/** In memory, with nothing to do: where strays are sent. */
export function isResting(snapshot: WorkspaceSnapshot): boolean {
  const {wantsRelease, setAsideCount} = snapshot.context
  return snapshot.matches({hot: 'clean'}) && !wantsRelease && setAsideCount === 0
}

/** Nothing was typed since the wait for a quiet moment began. */
export function isFresh(snapshot: WorkspaceSnapshot): boolean {
  return quietIn(snapshot) === defaultPacing.debounceMs
}

/** A version with a half in it is one of a note that is too long to be saved. The chart only compares versions. */
export function isTooLong(version: number): boolean {
  return !Number.isInteger(version)
}

/** Whether a save has anything to bring to storage; without it is done at once. */
export function carriesChanges(snapshot: WorkspaceSnapshot): boolean {
  const {acceptedVersion, takenVersion} = snapshot.context as WorkspaceSnapshot['context'] & Taken
  return unsavedOf(snapshot) > 0 && !isTooLong(acceptedVersion) && acceptedVersion !== takenVersion
}

export function statusFor(snapshot: WorkspaceSnapshot) {
  const {error} = snapshot.context
  if (snapshot.matches('cold') || snapshot.matches('flushed')) {
    return {phase: 'cold', isSlow: false, save: 'saved', code: undefined}
  }
  const phase = String(typeof snapshot.value === 'string' ? snapshot.value : Object.keys(snapshot.value)[0])
  return {
    phase,
    isSlow: snapshot.matches({loading: 'slow'}),
    save: savePhaseFor(snapshot),
    code: error?.code ?? (isSetAside(snapshot) ? 'value.tooLarge' : undefined),
  }
}

/** The newest of the note could not be saved, and nothing better was typed since. */
export function isSetAside(snapshot: WorkspaceSnapshot): boolean {
  return snapshot.context.setAsideCount > 0 && !carriesChanges(snapshot)
}

function savePhaseFor(snapshot: WorkspaceSnapshot): string {
  if (snapshot.matches({hot: 'conflicted'})) {
    return 'conflict'
  }
  if (snapshot.matches({hot: 'failed'})) {
    return 'failed'
  }
  if (snapshot.hasTag('saving')) {
    return 'saving'
  }
  return unsavedOf(snapshot) > 0 || snapshot.context.setAsideCount > 0 ? 'unsaved' : 'saved'
}

export function editsIn(snapshot: WorkspaceSnapshot): readonly {version: number; atMs: number; isUrgent: boolean}[] {
  const {acceptedVersion, clockMs, isUrgent, wantsRelease, setAsideCount, editedDuringSaveMs} = snapshot.context
  const isDirty = snapshot.matches({hot: 'dirty'})
  const isInMemory = snapshot.matches('hot') || snapshot.matches('evicting')
  if (isReleasing(snapshot)) {
    const isPossible = unsavedOf(snapshot) === 0 && (isInMemory ? wantsRelease : !wantsRelease)
    return isPossible ? [{version: acceptedVersion + 1, atMs: clockMs, isUrgent: false}] : []
  }
  const isPossible = snapshot.hasTag('saving')
    ? carriesChanges(snapshot) && editedDuringSaveMs === undefined
    : !snapshot.matches('cold') && !snapshot.matches('readOnly') && (!isDirty || isFresh(snapshot))
  const isTaking = snapshot.matches('loading') && snapshot.context.error?.code === 'revision.conflict'
  const isTaken = isDirty && !carriesChanges(snapshot) && !isTooLong(acceptedVersion)
  if (!isPossible || isTaking || isTaken || setAsideCount > 0 || unsavedOf(snapshot) > 2) {
    return []
  }
  const version = Math.floor(acceptedVersion) + 1
  const edit = {version, atMs: clockMs + (isDirty ? TYPING_MS : 0), isUrgent: false}
  if (wantsRelease) {
    // Typing would bring the workspace back. The app may change its own part all the same.
    return isInMemory && !isTooLong(acceptedVersion) ? [edit] : []
  }
  return [
    edit,
    ...(isUrgent || !snapshot.hasTag('savable') ? [] : [{...edit, atMs: clockMs, isUrgent: true}]),
    ...(isResting(snapshot) ? [{...edit, version: version + 0.5}] : []),
  ]
}

export function mayAskForSave(snapshot: WorkspaceSnapshot): boolean {
  const {isUrgent, wantsRelease} = snapshot.context
  if (snapshot.matches('cold') || snapshot.matches('readOnly') || snapshot.matches({evicting: 'awaitingReadiness'})) {
    return false
  }
  return snapshot.hasTag('savable') ? !isUrgent : unsavedOf(snapshot) > 0 && !wantsRelease
}

export function mayChoose(snapshot: WorkspaceSnapshot): readonly object[] {
  return snapshot.matches({hot: 'conflicted'}) || isResting(snapshot) ? [{}] : []
}

/** A save carries everything until it is with storage. */
export function saveOutputs(snapshot: WorkspaceSnapshot): readonly SaveOutput[] {
  const {acceptedVersion, editedDuringSaveMs, clockMs, setAsideCount} = snapshot.context
  const version = editedDuringSaveMs === undefined ? acceptedVersion : acceptedVersion - 1
  const isStillSetAside = unsavedOf(snapshot) === 0 && setAsideCount > 0
  const count = isTooLong(acceptedVersion) || isStillSetAside ? 1 : 0
  return [{version, atMs: clockMs, durationMs: 0, setAsideCount: count}]
}
