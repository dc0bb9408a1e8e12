import type {AnyComponentDefinition} from '../model/component-definition.ts'
import type {ComponentId, Revision} from '../model/ids.ts'
import {recordKey, STATE_RECORD} from '../model/keys.ts'
import type {LeaveRecord, WaitingEdit, WaitingWords} from '../model/last-words.ts'
import {FORMAT_VERSION, type HeadRecord} from '../model/records.ts'
import type {StoredRecord} from '../model/storage-port.ts'
import {asComponent, asHead, asLeave} from '../services/codec/record-shapes.ts'
import {emptyHead} from './empty-head.ts'
import {containedBy, keyOfWords} from './own-words.ts'
import type {Runtime} from './runtime.ts'

type Definitions = ReadonlyMap<string, AnyComponentDefinition>

/** The last words of a workspace that is still being loaded: the edits that wait for that. */
export function waitingLeave(
  runtime: Pick<Runtime, 'id' | 'store' | 'ownLeaves' | 'heldLeaves'>,
  facts: {
    readonly tabId: string
    readonly nowMs: number
    readonly known: Revision
    readonly definitions: Definitions
  },
): StoredRecord | undefined {
  const {id, store} = runtime
  const edits = store.getWaiting()
  if (edits.length === 0) {
    return undefined
  }
  const key = keyOfWords(runtime, facts.tabId, facts.nowMs)
  const value: LeaveRecord = {
    formatVersion: FORMAT_VERSION,
    workspaceId: id,
    tabId: facts.tabId,
    leftAt: facts.nowMs,
    baseRevision: facts.known,
    ownCommitIds: [],
    head: emptyHead(id, facts.nowMs),
    puts: [],
    deletes: [],
    ...containedBy(runtime, key),
    waiting: {edits, versions: versionsOf(facts.definitions)},
  }
  return {key, value}
}

/** Last words with edits that waited for a load, as they can be made on what is stored. */
export type FoundWaiting = {
  readonly edits: readonly WaitingEdit[]
  /** Where they are stored, to be removed by the commit that carries them. */
  readonly leaveKeys: readonly string[]
  /**
   * The revision that they are based on at least, when somebody has saved since that page was left: where the same was
   * changed, a person chooses.
   */
  readonly contestedBase: Revision | undefined
  /** Some were made for another version of what they change. They stay where they are. */
  readonly hasForeign: boolean
}

/** What is stored of a workspace, in one consistent view. */
type FoundIn = {
  readonly head: HeadRecord
  readonly records: readonly StoredRecord[]
  readonly leaves: readonly StoredRecord[]
}

/** Finds them, oldest first; without those that later words contain. Those of this page itself are in its memory. */
export function findWaiting(
  runtime: Runtime,
  {head, records, leaves}: FoundIn,
  {definitions, known}: {readonly definitions: Definitions; readonly known: Revision},
): FoundWaiting {
  const {ownLeaves} = runtime
  const usable = leaves.flatMap(({key, value}) => {
    const leave = asLeave(value)
    return leave !== undefined && leave.formatVersion <= FORMAT_VERSION ? [{key, leave}] : []
  })
  const isElsewhere = new Set([...ownLeaves, ...usable.flatMap(({leave}) => leave.contains ?? [])])
  const all = usable.flatMap(({key, leave}) =>
    leave.waiting === undefined || isElsewhere.has(key) ? [] : [{key, leave, words: leave.waiting}],
  )
  const found = all
    .filter(({words}) => isMadeForThis(runtime, words, records, definitions))
    .sort((a, b) => a.leave.leftAt - b.leave.leftAt)
  const isSavedSince = (timeMs: number) => head.revision > 0 && head.updatedAt > timeMs
  const bases = found.filter(({leave}) => isSavedSince(leave.leftAt)).map(({leave}) => leave.baseRevision)
  const {waitingToldAt} = runtime
  if (
    waitingToldAt !== undefined &&
    isSavedSince(waitingToldAt) &&
    ownLeaves.some((own) => leaves.every(({key}) => key !== own))
  ) {
    // Another page may have made them meanwhile, and somebody may have gone on from there.
    bases.push(known)
  }
  return {
    edits: found.flatMap(({words}) => words.edits),
    leaveKeys: found.flatMap(({key, leave}) => [key, ...(leave.contains ?? [])]),
    contestedBase: bases.length === 0 ? undefined : Math.min(...bases),
    hasForeign: found.length < all.length,
  }
}

/**
 * Makes the edits of a page that was left in a workspace that is in memory here already, unless anything else is going
 * on in it: then the words stay for the next open.
 *
 * @returns whether there were any
 */
export function takeWaiting(
  runtime: Runtime,
  {head: value, records, leaves}: {readonly head: unknown} & Pick<FoundIn, 'records' | 'leaves'>,
  options: {readonly definitions: Definitions},
): boolean {
  const head = asHead(value)
  const {store, inFlight, conflict, revision, heldLeaves} = runtime
  const isAtRest = store.phase === 'loaded' && !store.hasUnsaved() && inFlight === undefined && conflict === undefined
  if (!isAtRest || head?.revision !== revision) {
    return false
  }
  const news = leaves.filter(({key}) => !heldLeaves.includes(key))
  const found = findWaiting(runtime, {head, records, leaves: news}, {...options, known: revision})
  if (found.edits.length === 0 || found.contestedBase !== undefined) {
    return false
  }
  runtime.heldLeaves = [...heldLeaves, ...found.leaveKeys]
  store.applyWaiting(found.edits)
  return true
}

/** Every edit of a state was made for the version of its type that this page knows. */
function isMadeForThis(
  {id}: Pick<Runtime, 'id'>,
  {edits, versions}: WaitingWords,
  records: readonly StoredRecord[],
  definitions: Definitions,
): boolean {
  const stored = new Map(records.map(({key, value}) => [key, value]))
  const added = new Map(edits.flatMap((edit) => (edit.kind === 'add' ? [[edit.id, edit.type] as const] : [])))
  const typeOf = (component: ComponentId) =>
    asComponent(stored.get(recordKey(id, component, STATE_RECORD)))?.type ?? added.get(component)
  return edits.every((edit) => {
    const type = edit.kind === 'add' ? edit.type : edit.kind === 'set' ? typeOf(edit.id) : undefined
    return type === undefined || (definitions.has(type) && versions[type] === definitions.get(type)?.version)
  })
}

function versionsOf(definitions: Definitions): Readonly<Record<string, number>> {
  return Object.fromEntries([...definitions].map(([type, {version}]) => [type, version]))
}
