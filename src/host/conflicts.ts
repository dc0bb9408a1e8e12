import type {WorkspaceEvent} from '../machines/workspace/workspace.setup.ts'
import type {AnyComponentDefinition} from '../model/component-definition.ts'
import type {ConflictOutcome, ConflictResolution, ConflictView} from '../model/conflict.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {CommitId, ComponentId, EntryId, IdSource, WorkspaceId} from '../model/ids.ts'
import {givenUpKey, headKey, isOperationsKey, parseRecordKey, replacedKey} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {callHost} from '../services/host-calls.ts'
import {componentsOf, viewOf, withChanges} from './conflict-view.ts'
import {decidedElsewhere} from './held-words.ts'
import {
  captureNow,
  compareWithStored,
  type Difference,
  follow,
  noteConflict,
  overlapOf,
  peekNow,
  take,
} from './merging.ts'
import {newerComponents} from './newer-records.ts'
import type {Runtime} from './runtime.ts'

/** What conflicts need from the rest. */
export type ConflictsContext = {
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
  readonly ids: IdSource
  /** Since when what is replaced is kept. */
  readonly now: () => number
  readonly storage: () => Promise<StoragePort>
  readonly emit: (event: KeepspaceEvent) => void
  /** There is something to choose, or what there is to choose changed. */
  readonly conflictChanged: (id: WorkspaceId) => void
  /** This tab gave up what it had, and wrote nothing to the workspace: others that ask the same look again. */
  readonly decided: (stored: HeadRecord) => void
  /** The policy of the app; undefined leaves the choice to a person. */
  readonly decide: ((conflict: ConflictView) => ConflictResolution | undefined) | undefined
  /** After a refused commit that found nothing stored: prepares everything to be written again, unless it was deleted. */
  readonly resaveIfGone: (runtime: Runtime) => Promise<boolean>
  /** Makes a new workspace of these records beside another one; the same commit deletes what the copy replaces. */
  readonly makeCopy: (
    head: HeadRecord,
    records: readonly StoredRecord[],
    deletes: readonly string[],
  ) => Promise<WorkspaceId>
  /** Makes an entry again that was deleted with its workspace. */
  readonly ensureEntry: (id: EntryId) => Promise<void>
}

/** What becomes of changes that were made in two places. */
export type Conflicts = {
  /**
   * After a refused commit: takes over what another tab stored, and decides what can be decided without a person.
   *
   * @returns false when a person has to choose; both versions stay as they are
   */
  rebase(runtime: Runtime): Promise<boolean>
  /** Takes over what another tab stored, unless it touches what is unsaved here. */
  follow(runtime: Runtime): Promise<HeadRecord | undefined>
  /** Both versions, while a person has to choose; the same object while nothing in it changed. */
  view(runtime: Runtime): ConflictView | undefined
  /**
   * @returns what the chart is told: to save what is here now, or to load what is stored
   * @throws {@link KeepspaceError} the codes of storage; the conflict stays, nothing is lost
   */
  settle(runtime: Runtime, resolution: ConflictResolution): Promise<ConflictOutcome & {readonly goOn: WorkspaceEvent}>
}

type Choice = (id: ComponentId) => 'mine' | 'theirs'

/** Makes the one place where conflicts are found, shown and settled. */
export function createConflicts(context: ConflictsContext): Conflicts {
  const {definitions, storage} = context
  const views = new WeakMap<object, {readonly version: number; readonly view: ConflictView}>()

  const taking = async <Result>(runtime: Runtime, work: () => Promise<Result>): Promise<Result> => {
    const before = newerProblems(runtime)
    const result = await work()
    const componentIds = newerProblems(runtime).filter((id) => !before.includes(id))
    if (componentIds.length > 0) {
      context.emit({type: 'newer_version_met', workspaceId: runtime.id, componentIds})
    }
    return result
  }

  const rebase = async (runtime: Runtime): Promise<boolean> => {
    const port = await storage()
    const before = runtime.revision
    let difference = await compareWithStored(runtime, port)
    if (difference.stored === undefined && (await context.resaveIfGone(runtime))) {
      return true
    }
    if (difference.stored !== undefined && difference.stored.head.revision < before) {
      // Not a later version of what this tab is based on: deleted and made anew, or storage went back in time.
      beginAnew(runtime)
      difference = await compareWithStored(runtime, port)
    }
    const {stored, overlap} = difference
    if (stored !== undefined && overlap.length === 0) {
      take(runtime, stored)
      return true
    }
    noteConflict(runtime, stored)
    const resolution = decide(runtime, difference)
    if (resolution === undefined) {
      return false
    }
    await settleAs(runtime, difference, resolution, port)
    return true
  }

  const decide = (runtime: Runtime, difference: Difference): ConflictResolution | undefined => {
    const {stored, overlap} = difference
    if (stored !== undefined) {
      const newer = newerComponents(runtime, overlap, definitions)
      if (componentsOf(overlap).every((id) => newer.has(id))) {
        return {components: {}}
      }
    }
    const view = viewOf(runtime, difference, definitions)
    const decided = callHost(() => context.decide?.(view))
    return stored === undefined && decided === 'theirs' ? undefined : decided
  }

  const settleAs = async (
    runtime: Runtime,
    difference: Difference,
    resolution: ConflictResolution,
    port: StoragePort,
  ): Promise<WorkspaceId | undefined> => {
    const {stored, capture, overlap} = difference
    if (stored === undefined) {
      await context.ensureEntry(runtime.store.head.entryId)
      beginAnew(runtime)
      return undefined
    }
    const newer = newerComponents(runtime, overlap, definitions)
    const wanted = choiceOf(resolution)
    const choose: Choice = (id) => (newer.has(id) ? 'theirs' : wanted(id))
    const isWhole = resolution === 'theirs' || resolution === 'both'
    const yielded = isWhole
      ? componentsOf([...capture.puts, ...capture.deletes.map((key) => ({key}))])
      : componentsOf(overlap).filter((id) => choose(id) === 'theirs')
    // What is typed from now on is applied to what was chosen.
    runtime.store.beginLoad()
    let copyId: WorkspaceId | undefined
    try {
      copyId = isWhole
        ? await keepAllOfMine(runtime, difference, resolution, port)
        : await keepInHistory(runtime, port, capture.puts.filter(isOf(yielded)))
    } catch (error) {
      runtime.store.cancelLoad()
      throw error
    }
    const replaced = overlap.filter(({key}) => !isOf(yielded)({key}))
    const name = context.ids.next()
    const at = context.now()
    runtime.historyPuts.push(
      ...replaced.map(({key, theirs}) => ({key: replacedKey(runtime.id, name, key, at), value: theirs})),
    )
    runtime.store.yieldTo(yielded)
    take(runtime, stored)
    runtime.store.cancelLoad()
    return copyId
  }

  /**
   * Before everything of this tab is given up: in a workspace of its own, or in the history. Its last words go with the
   * same commit: replayed later, they would bring back what was given up.
   */
  const keepAllOfMine = async (
    runtime: Runtime,
    {stored, capture}: Difference,
    resolution: 'both' | 'theirs',
    port: StoragePort,
  ): Promise<WorkspaceId | undefined> => {
    const words = [...runtime.ownLeaves, ...runtime.heldLeaves]
    let copyId: WorkspaceId | undefined
    if (resolution === 'both' && stored !== undefined) {
      const head = {...stored.head, title: `${capture.head.title} (my version)`}
      copyId = await context.makeCopy(head, withChanges(stored.records, capture), words)
    } else {
      const lost = capture.puts.filter(({key}) => parseRecordKey(key) !== undefined)
      await keepInHistory(runtime, port, lost, words)
    }
    runtime.ownLeaves = []
    runtime.heldLeaves = []
    return copyId
  }

  /** What this tab took up of a page that was left is decided in another tab: nobody is asked twice. */
  const followDecision = async (runtime: Runtime, port: StoragePort): Promise<void> => {
    const lost = isConflicted(runtime) ? await decidedElsewhere(runtime, port) : undefined
    if (lost === undefined) {
      return
    }
    await keepInHistory(runtime, port, lost)
    if (isConflicted(runtime) && (await decidedElsewhere(runtime, port)) !== undefined) {
      runtime.heldLeaves = []
      runtime.store.beginLoad()
      runtime.actor?.send({type: 'theirs.requested'})
    }
  }

  const keepInHistory = async (
    runtime: Runtime,
    port: StoragePort,
    lost: readonly StoredRecord[],
    deletes: readonly string[] = [],
  ): Promise<undefined> => {
    const commitId = context.ids.next() as CommitId
    const at = context.now()
    const content = lost.filter(({key}) => !isOperationsKey(key))
    const puts = content.map(({key, value}) => ({key: givenUpKey(runtime.id, commitId, key, at), value}))
    if (puts.length > 0 || deletes.length > 0) {
      const expect = {key: givenUpKey(runtime.id, commitId, headKey(runtime.id), at), revision: 0}
      await port.commit([{commitId, expect, puts, deletes}], {durability: 'strict'})
    }
  }

  const drop = async (runtime: Runtime, port: StoragePort): Promise<void> => {
    beginAnew(runtime)
    const capture = captureNow(runtime)
    runtime.store.beginLoad()
    try {
      await keepAllOfMine(runtime, {stored: undefined, capture, overlap: []}, 'theirs', port)
    } catch (error) {
      runtime.store.cancelLoad()
      throw error
    }
    runtime.creation = undefined
    runtime.store.dropUnsaved()
  }

  return {
    rebase: (runtime) => taking(runtime, () => rebase(runtime)),
    follow: (runtime) =>
      taking(runtime, async () => {
        const {conflict} = runtime
        const port = await storage()
        const head = await follow(runtime, port)
        if (runtime.conflict !== conflict) {
          context.conflictChanged(runtime.id)
        }
        if (head !== undefined && isConflicted(runtime)) {
          // Another tab has chosen what is here: there is nothing left to choose.
          runtime.actor?.send({type: 'mine.requested'})
        } else {
          await followDecision(runtime, port)
        }
        return head
      }),
    view: (runtime) => {
      const {conflict, store} = runtime
      if (conflict === undefined) {
        return undefined
      }
      const known = views.get(conflict)
      if (known?.version === store.version) {
        return known.view
      }
      const capture = peekNow(runtime)
      const overlap = conflict.stored === undefined ? [] : overlapOf(runtime, capture, conflict.stored)
      const view = viewOf(runtime, {stored: conflict.stored, capture, overlap}, definitions)
      views.set(conflict, {version: store.version, view})
      return view
    },
    settle: async (runtime, resolution) => {
      const port = await storage()
      const difference = await compareWithStored(runtime, port)
      const {stored} = difference
      if (stored === undefined && resolution === 'theirs') {
        await drop(runtime, port)
        return {goOn: {type: 'theirs.requested', isDropped: true}, copyId: undefined}
      }
      if (stored !== undefined && (resolution === 'theirs' || resolution === 'both')) {
        // What is typed from now on belongs to the version that is about to be loaded.
        runtime.store.beginLoad()
        try {
          const copyId = await keepAllOfMine(runtime, difference, resolution, port)
          context.decided(stored.head)
          return {goOn: {type: 'theirs.requested'}, copyId}
        } catch (error) {
          runtime.store.cancelLoad()
          throw error
        }
      }
      const copyId = await taking(runtime, () => settleAs(runtime, difference, resolution, port))
      return {goOn: {type: 'mine.requested'}, copyId}
    },
  }
}

/** Whether saving rests until somebody chooses. */
export const isConflicted = ({actor}: Runtime): boolean => actor?.getSnapshot().matches({hot: 'conflicted'}) === true

/** Nothing that is stored is a version of what is here: all of it counts as changed, and its revisions count on. */
function beginAnew(runtime: Runtime): void {
  runtime.knownRevision = Math.max(runtime.knownRevision, runtime.revision)
  runtime.revision = 0
  runtime.store.markAllLost()
}

function choiceOf(resolution: ConflictResolution): Choice {
  if (typeof resolution === 'object') {
    return (id) => resolution.components[id] ?? 'theirs'
  }
  return () => (resolution === 'mine' ? 'mine' : 'theirs')
}

const isOf =
  (ids: readonly ComponentId[]) =>
  ({key}: {readonly key: string}): boolean => {
    const parsed = parseRecordKey(key)
    return parsed !== undefined && ids.includes(parsed.componentId)
  }

function newerProblems({store}: Runtime): readonly ComponentId[] {
  return store.getProblems().flatMap(({componentId, error}) => (error.code === 'record.newer' ? componentId : []))
}
