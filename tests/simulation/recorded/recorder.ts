import type {CommitGroup, Selector, StoragePort, StorageTarget} from '../../../src/model/storage-port.ts'

/** One change of one record; without a text it was deleted. */
type RecordedChange = {readonly key: string; readonly text?: string}

/** What really happened in a tab, in the order in which it happened in the whole browser. */
export type Recorded = {
  readonly tab: string
  /** Milliseconds since 1970, on a clock that all tabs share. */
  readonly at: number
} & (
  | {
      readonly type: 'landed'
      readonly isStrict: boolean
      readonly groups: readonly (readonly RecordedChange[])[]
    }
  | {readonly type: 'called'; readonly keys: readonly string[]}
  | {readonly type: 'answered'; readonly keys: readonly string[]; readonly hasFailed: boolean}
  | {readonly type: 'read'; readonly reading: number; readonly keys: readonly string[]}
  | {readonly type: 'delivered'; readonly reading: number}
  | {readonly type: 'loaded' | 'dropped' | 'released'; readonly workspace: string}
  | {
      readonly type: 'accepted'
      readonly workspace: string
      readonly register: string
      readonly value?: string
      readonly mode: 'sure' | 'ifAbsent'
    }
  | {
      readonly type: 'viewed'
      readonly workspace: string
      readonly claim?: 'onDevice' | 'flushed'
      readonly shown: Readonly<Record<string, string>>
      readonly excluded: readonly string[]
    }
)

type Omitting<Event> = Event extends Recorded ? Omit<Event, 'tab' | 'at'> : never

/** Writes down what happens, where it outlives the page that is left in the next moment. */
export type Recorder = {
  note(event: Omitting<Recorded>, at?: number): void
  /** The same storage, with everything that goes in and out of it written down. */
  record(target: StorageTarget): StorageTarget
}

const PREFIX = 'recorded/'

const sharedNow = (): number => performance.timeOrigin + performance.now()

/** Makes the recorder of one tab. */
export function createRecorder(tab: string): Recorder {
  let count = 0
  let readings = 0
  let writtenAt = 0
  const note: Recorder['note'] = (event, at = sharedNow()) => {
    count += 1
    localStorage.setItem(`${PREFIX}${tab}/${String(count).padStart(6, '0')}`, JSON.stringify({...event, tab, at}))
  }
  watchWrites((at) => {
    writtenAt = at
  })
  const read = async <Result>(keys: readonly string[], call: () => Promise<Result>) => {
    readings += 1
    const reading = readings
    note({type: 'read', reading, keys})
    const result = await call()
    note({type: 'delivered', reading})
    return result
  }
  const wrap = (port: StoragePort): StoragePort =>
    Object.assign(Object.create(port), {
      commit: async (...[groups, options]: Parameters<StoragePort['commit']>) => {
        const keys = groups.map(({expect}) => expect.key)
        const texts = groups.map(changesOf)
        note({type: 'called', keys})
        let hasFailed = true
        try {
          const results = await port.commit(groups, options)
          const landed = texts.filter((_, index) => results[index]?.status === 'committed')
          note({type: 'landed', isStrict: options.durability === 'strict', groups: landed}, writtenAt)
          hasFailed = false
          return results
        } finally {
          note({type: 'answered', keys, hasFailed})
        }
      },
      putNow: (...[records, options]: Parameters<NonNullable<StoragePort['putNow']>>) => {
        const changes = records.map(({key, value}) => ({key, text: JSON.stringify(value)}))
        const hasBegun = port.putNow?.(records, options) ?? false
        if (hasBegun) {
          note({type: 'landed', isStrict: false, groups: [changes]}, writtenAt)
        }
        return hasBegun
      },
      read: (selectors: readonly Selector[]) => read(selectors.map(placeOf), () => port.read(selectors)),
      readPrefix: (prefix: string) => read([prefix], () => port.readPrefix(prefix)),
    } satisfies Partial<StoragePort>)
  return {note, record: (target) => ({...target, open: async () => wrap(await target.open())})}
}

/** Everything that all tabs wrote down, in order. */
export function readRecords(): readonly Recorded[] {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
  const events = keys.sort().map((key) => JSON.parse(localStorage.getItem(key) ?? '') as Recorded)
  return events.sort((one, other) => one.at - other.at)
}

/** The last write of a transaction is issued while no other one may write: that is its place in the order. */
function watchWrites(told: (at: number) => void): void {
  const {commit} = IDBTransaction.prototype
  IDBTransaction.prototype.commit = function (this: IDBTransaction) {
    told(sharedNow())
    commit.call(this)
  }
}

function placeOf(selector: Selector): string {
  return 'key' in selector ? selector.key : selector.prefix
}

function changesOf({puts, deletes}: CommitGroup): readonly RecordedChange[] {
  return [...puts.map(({key, value}) => ({key, text: JSON.stringify(value)})), ...deletes.map((key) => ({key}))]
}
