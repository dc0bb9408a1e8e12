import type {StoredRecord} from '../../model/storage-port.ts'

/**
 * Longest text of one part, UTF-16 units. Chromium keeps a value of 64 KiB or more in a file of its own, which is written
 * after the transaction and from the memory of the page: a page that is gone by then has lost all of it.
 */
const PART_UNITS = 16_000

/** Stands between the key of a record and the number of its part. No key of the library contains it: keys are escaped. */
const PART_MARK = '\0part\0'
/** Comes right after every part. */
const AFTER_PARTS = '\0part\u0001'

/** What is stored under the key of a record that is in parts. */
type PartsHead = {readonly partCount: number}

/** The record as it is stored: whole, or in parts that are small enough to outlive the page. */
export function partsOf({key, value}: StoredRecord): readonly StoredRecord[] {
  const text = JSON.stringify(value)
  if (text.length <= PART_UNITS) {
    return [{key, value}]
  }
  const partCount = Math.ceil(text.length / PART_UNITS)
  const parts = Array.from({length: partCount}, (_, index) => ({
    key: `${key}${PART_MARK}${index}`,
    value: text.slice(index * PART_UNITS, (index + 1) * PART_UNITS),
  }))
  return [{key, value: {partCount} satisfies PartsHead}, ...parts]
}

/** The keys of all parts that a record may have. */
export function partsRange(key: string): IDBKeyRange {
  return IDBKeyRange.bound(`${key}${PART_MARK}`, `${key}${AFTER_PARTS}`, false, true)
}

/** Whether a key is the one of a part: nobody but this file knows of them. */
export function isPart(key: string): boolean {
  return key.includes(PART_MARK)
}

/** Whether a stored value stands for parts. */
export function isPartsHead(value: unknown): value is PartsHead {
  return typeof (value as PartsHead | null | undefined)?.partCount === 'number'
}

/** Stored records as they were handed over. A record with a part missing stays what it is: unreadable. */
export function joinParts(stored: readonly StoredRecord[]): readonly StoredRecord[] {
  if (!stored.some(({value}) => isPartsHead(value)) && !stored.some(({key}) => isPart(key))) {
    return stored
  }
  const byKey = new Map(stored.map(({key, value}) => [key, value]))
  return stored
    .filter(({key}) => !isPart(key))
    .map(({key, value}) => (isPartsHead(value) ? {key, value: joined(key, value, byKey)} : {key, value}))
}

function joined(key: string, head: PartsHead, byKey: ReadonlyMap<string, unknown>): unknown {
  // Whoever damaged the number must not make us count to it.
  if (!(head.partCount < byKey.size)) {
    return head
  }
  const texts = Array.from({length: head.partCount}, (_, index) => byKey.get(`${key}${PART_MARK}${index}`))
  try {
    return texts.every((text) => typeof text === 'string') ? JSON.parse(texts.join('')) : head
  } catch {
    return head
  }
}
