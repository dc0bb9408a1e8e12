import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import type {StoredRecord} from '../../../src/model/storage-port.ts'
import {inTurns} from '../../../src/services/storage/file-records.ts'
import {type FileStore, openFileStore} from '../../../src/services/storage/file-store.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'
import {type CrashingDisk, createCrashingDisk, type Mishap} from './file-crashing-disk.ts'
import {commitShownBy, createRandom, createWorkload, findDifference, type Workload} from './file-workload.ts'

const directory = '/store'
const sizes = {leastBytes: 10, mostBytes: 400}
const mishaps: readonly Mishap[] = ['not done', 'half done', 'done, but not answered']
const commits = 12
/** Thousands of openings each. */
const timeout = 60_000

describe.each(mishaps)('a crash in any file operation, which is %s,', (mishap) => {
  test('loses no acknowledged commit when only the process dies', {timeout}, async () => {
    const total = await operationsInAll()
    for (let at = 1; at <= total; at++) {
      const {after, acknowledged, started} = await crashAt(at, mishap)
      await expectWhole(after.afterKill(), acknowledged, started)
    }
  })

  test('loses no strict commit when the power goes, and of the others none from between', {timeout}, async () => {
    const total = await operationsInAll()
    for (let at = 1; at <= total; at++) {
      const {after, acknowledgedStrict, started} = await crashAt(at, mishap)
      for (let seed = 0; seed < 2; seed++) {
        await expectWhole(after.afterPowerCut(createRandom(at * 100 + seed)), acknowledgedStrict, started)
      }
    }
  })

  test('and another one in the recovery from it loses nothing more', {timeout}, async () => {
    const total = await operationsInAll()
    for (let at = 1; at <= total; at += 5) {
      const {after, acknowledgedStrict, started} = await crashAt(at, mishap)
      for (let again = 1; again <= 24; again += 2) {
        const random = createRandom(at * 100 + again)
        const interrupted = after.afterPowerCut(random)
        interrupted.failAfter(again, mishap, new Error('crash'), {isFinal: true})
        await openFileStore(directory, interrupted.disk).catch(() => {})
        await expectWhole(interrupted.afterPowerCut(random), acknowledgedStrict, started)
      }
    }
  })
})

test('of relaxed commits power cuts take the last ones, also when one cut follows another', {timeout}, async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed)
    const fresh = createCrashingDisk()
    const workload = createWorkload(sizes)
    const store = await openFileStore(directory, fresh.disk)
    for (let made = 0; made < 3; made++) {
      await store.commit(workload.next().groups, {isFlushed: false})
    }
    const cutOnce = fresh.afterPowerCut(random)
    const reopened = await openFileStore(directory, cutOnce.disk)
    const shown = commitShownBy(await recordsOf(reopened))
    const rest = createWorkload(sizes)
    expectStateAfter(shown, rest, await recordsOf(reopened))
    await reopened.commit(rest.next().groups, {isFlushed: false})
    await expectWhole(cutOnce.afterPowerCut(random), shown, shown + 1)
  }
})

test('a journal that has grown is settled into the record files and starts empty again', async () => {
  const crashing = createCrashingDisk()
  const store = await openFileStore(directory, crashing.disk)
  const workload = createWorkload(sizes)
  await commitTimes(store, workload, 32)
  expect(store.isSettlingDue()).toBe(false)
  await commitTimes(store, workload, 1)
  expect(store.isSettlingDue()).toBe(true)
  await store.settle()
  expect(store.isSettlingDue()).toBe(false)
  expect(crashing.paths().filter((path) => path.endsWith('.journal'))).toEqual([])
  await expectWhole(crashing.afterKill(), 33, 33)
})

test('a commit that fails in any of its file operations is refused and stores nothing, and the next one lands', {
  timeout,
}, async () => {
  const outcomes = new Set<string>()
  for (const mishap of mishaps) {
    for (let at = 1; at <= 12; at++) {
      const crashing = createCrashingDisk()
      const store = await openFileStore(directory, crashing.disk)
      const workload = createWorkload(sizes)
      await store.commit(workload.next().groups, {isFlushed: false})
      const second = workload.next()

      const full = Object.assign(new Error('full'), {code: 'ENOSPC'})
      crashing.failAfter(at, mishap, full, {isFinal: false})
      const outcome = await outcomeOf(store.commit(second.groups, {isFlushed: true}))
      outcomes.add(outcome)
      const shown = outcome === 'committed' ? 2 : 1
      await expectWhole(crashing.afterKill(), shown, shown)
      expectStateAfter(shown, createWorkload(sizes), await recordsOf(store))

      if (outcome !== 'committed') {
        expect(await outcomeOf(store.commit(second.groups, {isFlushed: true}))).toBe('committed')
      }
      await expectWhole(crashing.afterPowerCut(createRandom(at)), 2, 2)
    }
  }
  expect([...outcomes].sort()).toEqual(['ENOSPC', 'committed'])
})

test('work in turns that fails ends when the last of it has ended, and begins no more', async () => {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const items = Array.from({length: 100}, (_, index) => index)
  let hasEnded = false
  const all = inTurns(items, async (index) => {
    begun.push(index)
    if (index === 3) {
      throw new Error('third')
    }
    await new Promise<void>((resolve) => ends.push(resolve))
  }).finally(() => {
    hasEnded = true
  })
  const settled = expect(all).rejects.toThrow('third')
  await createSimulatedTime().settle()
  expect(hasEnded).toBe(false)
  for (const end of ends) {
    end()
  }
  await settled
  expect(begun).toEqual(items.slice(0, 16))
})

test('a commit that fails and cannot be withdrawn may have landed, and says so', async () => {
  const crashing = createCrashingDisk()
  const store = await openFileStore(directory, crashing.disk)
  const workload = createWorkload(sizes)
  const first = workload.next()
  // The first two operations write the journal and give it its name, the third flushes that.
  crashing.failAfter(3, 'not done', new Error('gone'), {isFinal: true})
  const error = await store.commit(first.groups, {isFlushed: true}).catch((cause: unknown) => cause)
  expect(error).toMatchObject({code: 'storage.lost'})
  await expectWhole(crashing.afterKill(), 1, 1)
})

test('settling that fails in any of its operations loses nothing and may be repeated', {timeout}, async () => {
  for (const mishap of mishaps) {
    for (let at = 1; at <= 40; at++) {
      const crashing = createCrashingDisk()
      const store = await openFileStore(directory, crashing.disk)
      const workload = createWorkload(sizes)
      await commitTimes(store, workload, 4)
      crashing.failAfter(at, mishap, Object.assign(new Error('full'), {code: 'ENOSPC'}), {isFinal: false})
      await store.settle().catch(() => {})
      crashing.mend()
      expectStateAfter(4, createWorkload(sizes), await recordsOf(store))
      await expectWhole(crashing.afterKill(), 4, 4)
      await commitTimes(store, workload, 1)
      await store.settle()
      await expectWhole(crashing.afterPowerCut(createRandom(at)), 5, 5)
    }
  }
})

/** Makes commits, settling now and then, until the operation with number `at` crashes. */
async function crashAt(at: number, mishap: Mishap) {
  const crashing = createCrashingDisk()
  crashing.failAfter(at, mishap, new Error('crash'), {isFinal: true})
  const workload = createWorkload(sizes)
  let acknowledged = 0
  let acknowledgedStrict = 0
  let started = 0
  try {
    const store = await openFileStore(directory, crashing.disk)
    for (started = 1; started <= commits; started++) {
      const {groups, durability, number} = workload.next()
      await store.commit(groups, {isFlushed: durability === 'strict'})
      acknowledged = number
      acknowledgedStrict = durability === 'strict' ? number : acknowledgedStrict
      if (number % 5 === 0) {
        await store.settle()
        acknowledgedStrict = number
      }
    }
    await store.close()
  } catch {}
  return {after: crashing, acknowledged, acknowledgedStrict, started: Math.min(started, commits)}
}

/** Takes `workload` to commit `number`, and expects `records` to be the state after it: none missing, torn or old. */
function expectStateAfter(number: number, workload: Workload, records: readonly StoredRecord[]): void {
  workload.skipTo(number)
  expect(findDifference(workload, records)).toBe(undefined)
}

async function operationsInAll(): Promise<number> {
  const {after, acknowledged} = await crashAt(Number.POSITIVE_INFINITY, 'not done')
  expect(acknowledged).toBe(commits)
  return after.operations()
}

/**
 * Opens what survived: it must be the state after one of the commits `least` … `most`. Goes on from there twice, as the
 * next sessions would.
 */
async function expectWhole(survived: CrashingDisk, least: number, most: number): Promise<void> {
  const store = await openFileStore(directory, survived.disk)
  const records = await recordsOf(store)
  const shown = commitShownBy(records)
  expect(shown).toBeGreaterThanOrEqual(least)
  expect(shown).toBeLessThanOrEqual(most)
  expectStateAfter(shown, createWorkload(sizes), records)
  expect(survived.paths().filter((path) => path.startsWith(`${directory}/temporary/`))).toEqual([])

  const workload = createWorkload(sizes)
  expectStateAfter(shown, workload, records)
  await commitTimes(store, workload, 1)
  const next = await openFileStore(directory, survived.afterKill().disk)
  expectStateAfter(shown + 1, createWorkload(sizes), await recordsOf(next))
}

async function commitTimes(store: FileStore, workload: Workload, times: number): Promise<void> {
  for (let made = 0; made < times; made++) {
    const {groups, durability} = workload.next()
    expect(await store.commit(groups, {isFlushed: durability === 'strict'})).toEqual(
      groups.map(() => ({status: 'committed'})),
    )
  }
}

async function recordsOf(store: FileStore): Promise<readonly StoredRecord[]> {
  const [records = []] = await store.read([{prefix: ''}])
  return records
}

async function outcomeOf(commit: Promise<unknown>): Promise<string> {
  try {
    await commit
    return 'committed'
  } catch (error) {
    return error instanceof KeepspaceError ? error.code : String((error as {code?: unknown}).code)
  }
}
