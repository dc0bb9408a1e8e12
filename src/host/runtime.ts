import type {WorkspaceRef} from '../machines/workspace/workspace.machine.ts'
import type {AttachOptions, PersistOptions} from '../model/handles.ts'
import type {CommitId, ComponentId, EntryId, Revision, WorkspaceId} from '../model/ids.ts'
import type {HeadRecord} from '../model/records.ts'
import type {ReadinessResult, SafetyLevel, SaveOutcome, SaveReason, UnloadOutcome} from '../model/save.ts'
import type {Source} from '../model/source.ts'
import type {StoredRecord} from '../model/storage-port.ts'
import type {Time} from '../model/time.ts'
import type {Capture} from '../services/memory-store/capture.ts'
import type {WorkspaceStore} from '../services/memory-store/workspace-store.ts'
import type {Holds} from '../services/readiness.ts'
import {isIn} from './chart-state.ts'
import type {WordsByKey} from './held-words.ts'
import type {Stored} from './stored-content.ts'
import {createWallTimeOf, type WallTimeOf} from './wall-time.ts'

/** Somebody who asked for a save and waits for its outcome. */
export type SaveWaiter = {
  readonly reason: SaveReason
  readonly options: PersistOptions
  readonly resolve: (outcome: SaveOutcome) => void
}

/** What a workspace that is not stored yet begins with. */
export type Creation = {readonly title: string; readonly entryId: EntryId}

/** A source that an app attached, to be connected again when the same workspace is loaded anew. */
export type Attachment = {readonly source: Source; readonly options: AttachOptions}

/** One workspace in memory: its content, its chart, and what belongs to both. Mutable; owned by `src/host`. */
export type Runtime = {
  readonly id: WorkspaceId
  readonly store: WorkspaceStore
  readonly holds: Holds
  creation: Creation | undefined
  /** Started once the actor of an earlier life of this workspace is gone. */
  actor: WorkspaceRef | undefined
  /** Revision of the head that our edits are based on; 0 while nothing is stored. */
  revision: Revision
  /** What another tab stored, while both versions wait for a choice; nothing is stored any more when it was deleted. */
  conflict: {readonly stored: Stored | undefined} | undefined
  /** Fencing number of that head. */
  fence: number
  /** This tab has taken over and not committed since: its next commit raises the fencing number. */
  isTakingOver: boolean
  /** The highest revision it ever had: what is written again after a loss counts on from here. */
  knownRevision: Revision
  level: Exclude<SafetyLevel, 'unsaved'>
  /** The last commit of what was edited in this life was perhaps not flushed to disk: who leaves asks for one more. */
  hasRelaxedCommit: boolean
  /** Storage had no room for the last save: the next one takes nothing along that can be done without. */
  lacksRoom: boolean
  lastSavedAt: number | undefined
  /** When the oldest edit was made that a save had to leave out, milliseconds since 1970. */
  setAsideSince: number | undefined
  /** When something happened that its chart noted, on the clock that people read. */
  readonly wallTimeOf: WallTimeOf
  lastSeenAt: number
  /** The same, or when it was opened, on the clock that stands still while the device sleeps. */
  seenAwakeMs: number
  /** Whether a person has seen it since it was opened. */
  wasSeen: boolean
  /** Captures whose commit gave no clear answer, by commit id: one of them may be what is stored. */
  readonly inDoubt: Map<CommitId, Capture>
  /** What the commit carries that storage is at. */
  inFlight: Capture | undefined
  /** Keys of the last words that this page has written and no later commit has made durable yet, oldest first. */
  ownLeaves: readonly string[]
  /** When the edits that wait for a load were first written as last words, milliseconds since 1970. */
  waitingToldAt: number | undefined
  /** Keys of last words that are in memory as unsaved edits: the commit that carries them removes them. */
  heldLeaves: readonly string[]
  /** What those last words made of records, to tell them from what was edited since. */
  heldWords: WordsByKey
  /** Those last words touch what another tab changed since: its revision is still the one that they are based on. */
  holdsContested: boolean
  /** Whether it has a place in memory, waits for one, or has none. */
  slot: 'none' | 'waiting' | 'held'
  /** There was no place for it. It is asked for again as soon as there is one. */
  isRefusedForMemory: boolean
  readonly saveWaiters: SaveWaiter[]
  /** Somebody asks for a save; whoever holds one up hears of it. */
  saveAsked: (() => void) | undefined
  /** Callbacks hear that it is about to leave. What they change is saved with it, and no wish to keep it. */
  isAnnounced: boolean
  /** It was to leave memory and stayed, with something unsaved. */
  stayedUnsaved: boolean
  readonly releaseWaiters: ((outcome: UnloadOutcome) => void)[]
  /** Its entry was left: nothing runs in it, and it goes as soon as it is durable. Opening it again ends that. */
  isDeactivated: boolean
  /** Memory was given back; only the actor is still ending. */
  isReleased: boolean
  /** What a failed load could read after all. */
  salvage: {readonly head: HeadRecord; readonly records: readonly StoredRecord[]} | undefined
  /** How the wait for readiness of the last save ended. */
  readiness: ReadinessResult
  /** Versions that lost a settled conflict; the next commit keeps them. */
  readonly historyPuts: StoredRecord[]
  readonly attachments: Map<ComponentId, Attachment>
}

/** A runtime whose content is still to be loaded. */
export function createRuntime(facts: {
  readonly id: WorkspaceId
  readonly store: WorkspaceStore
  readonly holds: Holds
  readonly creation: Creation | undefined
  readonly time: Time
  readonly awakeMs: number
}): Runtime {
  return {
    id: facts.id,
    store: facts.store,
    holds: facts.holds,
    creation: facts.creation,
    actor: undefined,
    revision: 0,
    conflict: undefined,
    fence: 0,
    isTakingOver: false,
    knownRevision: 0,
    level: 'onDevice',
    hasRelaxedCommit: false,
    lacksRoom: false,
    lastSavedAt: undefined,
    setAsideSince: undefined,
    wallTimeOf: createWallTimeOf(facts.time),
    lastSeenAt: facts.time.now(),
    seenAwakeMs: facts.awakeMs,
    wasSeen: false,
    inDoubt: new Map(),
    inFlight: undefined,
    ownLeaves: [],
    waitingToldAt: undefined,
    heldLeaves: [],
    heldWords: new Map(),
    holdsContested: false,
    slot: 'none',
    isRefusedForMemory: false,
    saveWaiters: [],
    saveAsked: undefined,
    isAnnounced: false,
    stayedUnsaved: false,
    releaseWaiters: [],
    isDeactivated: false,
    isReleased: false,
    salvage: undefined,
    readiness: 'ready',
    historyPuts: [],
    attachments: new Map(),
  }
}

/** The revision that the next commit of a workspace gives it. */
export function nextRevision({revision, knownRevision}: Pick<Runtime, 'revision' | 'knownRevision'>): Revision {
  return Math.max(revision, knownRevision) + 1
}

/** It has a place in memory, is shown read-only, or edits wait in it for one. */
export function isInMemory({actor, store, slot}: Runtime): boolean {
  return slot === 'held' || store.hasUnsaved() || (actor !== undefined && isIn(actor.getSnapshot(), 'readOnly'))
}
