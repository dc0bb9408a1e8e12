import type {CommitId} from '../../../src/model/ids.ts'
import type {CommitGroup, Durability, StoredRecord} from '../../../src/model/storage-port.ts'

const UNITS = ['a', 'b', 'c', 'd']
const PARTS = ['x', 'y', 'z']

/** What a record holds after a commit, without its text. */
type Trace = {readonly commit: number; readonly bytes: number}

export type WorkloadCommit = {
  readonly number: number
  readonly groups: readonly CommitGroup[]
  readonly durability: Durability
}

/**
 * An endless row of commits, the same for every caller. Each changes one to four units in as many groups: the head
 * always, its parts by chance. Its number is the revision of all units in it, so that every state between two commits
 * can be told from every other.
 */
export function createWorkload(sizes: {readonly leastBytes: number; readonly mostBytes: number}) {
  const traces = new Map<string, Trace>()
  let number = 0

  function nextGroup(unit: string, random: () => number): CommitGroup {
    const head = `head/${unit}`
    const expected = {key: head, revision: traces.get(head)?.commit ?? 0}
    const bytes = () => Math.round(sizes.leastBytes * (sizes.mostBytes / sizes.leastBytes) ** random())
    const parts = PARTS.map((part) => ({key: `c/${unit}/${part}`, choice: random()}))
    const put = [head, ...parts.filter(({choice}) => choice < 0.5).map(({key}) => key)]
    const deletes = parts.filter(({choice}) => choice > 0.8).map(({key}) => key)
    for (const key of put) {
      traces.set(key, {commit: number, bytes: key === head ? 20 : bytes()})
    }
    for (const key of deletes) {
      traces.delete(key)
    }
    const puts = put.map(recordOf)
    return {commitId: `commit-${number}` as CommitId, expect: expected, puts, deletes}
  }

  const recordOf = (key: string): StoredRecord => ({key, value: valueAt(key, traces.get(key))})

  /** The next commit, which from then on belongs to the expected records. */
  function next(): WorkloadCommit {
    number += 1
    const random = createRandom(number)
    const first = Math.floor(random() * UNITS.length)
    const units = UNITS.filter((_, index) => index === first || random() < 0.4)
    return {
      number,
      groups: units.map((unit) => nextGroup(unit, random)),
      durability: random() < 0.5 ? 'strict' : 'relaxed',
    }
  }

  return {
    next,
    /** Makes commits up to that with `last` as its number. */
    skipTo(last: number): void {
      while (number < last) {
        next()
      }
    },
    /** Everything that is stored after the last commit, ordered by key. */
    expectedRecords: (): readonly StoredRecord[] => [...traces.keys()].sort().map(recordOf),
  }
}

export type Workload = ReturnType<typeof createWorkload>

/** Which commit `records` are the state after: that of the newest head. 0 when there is none. */
export function commitShownBy(records: readonly StoredRecord[]): number {
  return Math.max(0, ...records.filter(({key}) => key.startsWith('head/')).map(({value}) => revisionOf(value)))
}

/**
 * What makes `records` differ from the state after the last commit of `workload`: a record that is missing, torn, old
 * or too much. Undefined when nothing does.
 */
export function findDifference(workload: Workload, records: readonly StoredRecord[]): string | undefined {
  const expected = new Map(workload.expectedRecords().map(({key, value}) => [key, value]))
  const found = new Map(records.map(({key, value}) => [key, value]))
  const different = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (key) => JSON.stringify(found.get(key)) !== JSON.stringify(expected.get(key)),
  )
  // Texts are long: whose they are is enough.
  const describe = (value: unknown) => (value === undefined ? 'nothing' : `one of ${revisionOf(value)}`)
  return different.length === 0
    ? undefined
    : different
        .map((key) => `${key} is ${describe(found.get(key))} instead of ${describe(expected.get(key))}`)
        .join(', ')
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function valueAt(key: string, trace: Trace | undefined): unknown {
  const {commit, bytes} = trace ?? {commit: 0, bytes: 0}
  const text = `${key} of ${commit}; `.repeat(Math.ceil(bytes / (key.length + 6))).slice(0, bytes)
  return {revision: commit, commitId: `commit-${commit}`, text}
}

function revisionOf(value: unknown): number {
  return Number((Object(value) as {revision?: unknown}).revision)
}
