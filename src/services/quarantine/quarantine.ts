import {KeepspaceError} from '../../model/errors.ts'
import type {CommitId, IdSource} from '../../model/ids.ts'
import {parseOwner, QUARANTINE_PREFIX, quarantineKey} from '../../model/keys.ts'
import type {Quarantine, QuarantineItem, QuarantineRecord} from '../../model/quarantine.ts'
import {FORMAT_VERSION} from '../../model/records.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../../model/storage-port.ts'
import {measure} from '../codec/checksum.ts'
import {asQuarantined} from '../codec/record-shapes.ts'
import {damageOf} from './damage.ts'
import {jsonTextOf} from './json-text.ts'

export type QuarantineService = Quarantine & {
  /**
   * Copies those of the records that cannot be used. The same damage is copied once.
   *
   * @returns how many were damaged
   * @throws {@link KeepspaceError} the codes of {@link StoragePort.commit}; nothing was changed
   */
  keep(records: readonly StoredRecord[]): Promise<number>
  /** Looks at what is stored under these keys, and keeps what cannot be used. */
  keepKeys(keys: readonly string[]): Promise<number>
  /** The copies as records, for a commit that takes them along. */
  copiesOf(records: readonly StoredRecord[]): readonly StoredRecord[]
}

/** Makes the quarantine of one scope. */
export function createQuarantine(context: {
  readonly storage: () => Promise<StoragePort>
  readonly ids: IdSource
  readonly now: () => number
  /** Copies were made of what was found under these keys. */
  readonly kept: (keys: readonly string[]) => void
}): QuarantineService {
  const {storage, ids, now} = context
  /** Copies known to be stored. */
  const stored = new Set<string>()

  const copiesOf = (records: readonly StoredRecord[]): readonly StoredRecord[] =>
    records.flatMap((record) => {
      const reason = damageOf(record)
      if (reason === undefined) {
        return []
      }
      const value: QuarantineRecord = {
        formatVersion: FORMAT_VERSION,
        revision: 1,
        commitId: ids.next() as CommitId,
        key: record.key,
        reason,
        quarantinedAt: now(),
        value: record.value,
      }
      return [{key: quarantineKey(record.key, digestOf(record.value)), value}]
    })

  const read = async (id: string): Promise<QuarantineRecord> => {
    const [found] = await (await storage()).read([{key: QUARANTINE_PREFIX + id}])
    const record = asQuarantined(found?.[0]?.value)
    if (record === undefined) {
      throw new KeepspaceError('notFound', `quarantine ${id}`)
    }
    return record
  }

  const keep = async (records: readonly StoredRecord[]): Promise<number> => {
    const copies = copiesOf(records).filter(({key}) => !stored.has(key))
    if (copies.length > 0) {
      const results = await (await storage()).commit(copies.map(asNewGroup), {durability: 'strict'})
      for (const {key} of copies) {
        stored.add(key)
      }
      const news = copies.filter((_, index) => results[index]?.status === 'committed')
      if (news.length > 0) {
        context.kept(news.map(({value}) => (value as QuarantineRecord).key))
      }
    }
    return copies.length
  }

  return {
    copiesOf,
    keep,
    keepKeys: async (keys) => {
      const found = keys.length === 0 ? [] : await (await storage()).read(keys.map((key) => ({key})))
      return keep(found.flat())
    },
    list: async () => {
      const records = await (await storage()).readPrefix(QUARANTINE_PREFIX)
      return records
        .flatMap(({key, value}) => itemOf(key, asQuarantined(value)) ?? [])
        .sort((left, right) => right.quarantinedAt - left.quarantinedAt || (left.id < right.id ? -1 : 1))
    },
    export: async (id) => {
      const {key, reason, quarantinedAt, value} = await read(id)
      const found = {key, reason, quarantinedAt: new Date(quarantinedAt).toISOString(), value}
      return {
        name: `${key.replaceAll(/[^\w.-]+/g, '-')}.json`,
        blob: new Blob([jsonTextOf(found)], {type: 'application/json'}),
      }
    },
    discard: async (id) => {
      const {revision} = await read(id)
      const key = QUARANTINE_PREFIX + id
      const group: CommitGroup = {commitId: ids.next() as CommitId, expect: {key, revision}, puts: [], deletes: [key]}
      await (await storage()).commit([group], {durability: 'relaxed'})
    },
  }
}

/** One that is there already is refused, and that is as good. */
function asNewGroup(copy: StoredRecord): CommitGroup {
  const {commitId} = copy.value as QuarantineRecord
  return {commitId, expect: {key: copy.key, revision: 0}, puts: [copy], deletes: []}
}

function itemOf(key: string, record: QuarantineRecord | undefined): QuarantineItem | undefined {
  return (
    record && {
      id: key.slice(QUARANTINE_PREFIX.length),
      key: record.key,
      ...parseOwner(record.key),
      reason: record.reason,
      quarantinedAt: record.quarantinedAt,
      bytes: measure(jsonTextOf(record.value)).bytes,
    }
  )
}

function digestOf(value: unknown): string {
  return (measure(jsonTextOf(value)).checksum >>> 0).toString(36)
}
