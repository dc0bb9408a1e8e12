import {componentsPrefix, escapeKeyPart, headKey, historyPrefix, historyReason, leavePrefix} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {asLeave} from '../services/codec/record-shapes.ts'
import {captureNow} from './merging.ts'
import type {HeldWords} from './replaying.ts'
import type {Runtime} from './runtime.ts'
import {isSameContent} from './stored-content.ts'

/** What last words made of records of a workspace, by key; undefined for one that they deleted. */
export type WordsByKey = ReadonlyMap<string, unknown>

export function wordsByKey(words: HeldWords | undefined): WordsByKey {
  if (words === undefined) {
    return new Map()
  }
  const values = new Map(words.records.map(({key, value}) => [key, value]))
  return new Map([[headKey(words.head.id), words.head], ...words.changed.map((key) => [key, values.get(key)] as const)])
}

/**
 * What is given up when another tab has decided about the last words that both took up: they are stored no longer, and
 * nothing else is unsaved here. Only what is kept nowhere else.
 *
 * @returns undefined while there is something to decide here
 */
export async function decidedElsewhere(
  runtime: Runtime,
  port: StoragePort,
): Promise<readonly StoredRecord[] | undefined> {
  const {id, heldLeaves, heldWords} = runtime
  if (heldLeaves.length === 0 || !holdsNothingElse(runtime)) {
    return undefined
  }
  const prefixes = [leavePrefix(id), historyPrefix(id), componentsPrefix(id)]
  const [leaves = [], history = [], current = []] = await port.read(prefixes.map((prefix) => ({prefix})))
  const isKept = leaves.some(({key, value}) =>
    [key, ...(asLeave(value)?.contains ?? [])].some((held) => heldLeaves.includes(held)),
  )
  if (isKept || runtime.heldLeaves !== heldLeaves || !holdsNothingElse(runtime)) {
    return undefined
  }
  const isStored = (key: string, value: unknown) =>
    current.some((record) => record.key === key && isSameContent(record.value, value)) ||
    history.some(
      (kept) =>
        historyReason(kept.key) === 'givenUp' &&
        kept.key.endsWith(`/${escapeKeyPart(key)}`) &&
        isSameContent(kept.value, value),
    )
  return [...heldWords].flatMap(([key, value]) =>
    key === headKey(id) || value === undefined || isStored(key, value) ? [] : [{key, value}],
  )
}

/** Whether what is unsaved is what the last words said, and no more. */
function holdsNothingElse(runtime: Runtime): boolean {
  const {id, heldWords} = runtime
  const {puts, deletes, head, setAside} = captureNow(runtime)
  const isWord = (key: string, value: unknown) => heldWords.has(key) && isSameContent(heldWords.get(key), value)
  const isRenamed = (heldWords.get(headKey(id)) as HeadRecord | undefined)?.title !== head.title
  return (
    !isRenamed &&
    setAside.size === 0 &&
    puts.every(({key, value}) => key === headKey(id) || isWord(key, value)) &&
    deletes.every((key) => isWord(key, undefined))
  )
}
