import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {CommitId} from '../../src/model/ids.ts'
import type {CommitGroup} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {faultyStorage} from '../../src/testing/faulty-storage.ts'
import {testStorageContract} from '../../src/testing/storage-contract.ts'

const relaxed = {durability: 'relaxed'} as const
const committed = [{status: 'committed'}]
const quota = new KeepspaceError('storage.quota')

describe(faultyStorage.name, () => {
  testStorageContract({test, expect}, async () => faultyStorage(memoryStorage()).target)

  test('records every commit and read in order, failed ones too', async () => {
    const {faults, log, port} = await start()
    faults.fail('commit', quota)
    await port.commit([group(0)], {durability: 'strict'}).catch(() => {})
    await port.commit([group(0)], relaxed)
    await port.read([{key: 'head/a'}, {prefix: 'c/a/'}])
    await port.readPrefix('head/')
    await port.list('entry/')
    port.putNow?.([{key: 'leave/a', value: {words: 'last'}}])
    expect(log).toEqual({
      commits: [
        {groups: [group(0)], durability: 'strict'},
        {groups: [group(0)], durability: 'relaxed'},
      ],
      reads: [[{key: 'head/a'}, {prefix: 'c/a/'}], [{prefix: 'head/'}]],
      leaves: [[{key: 'leave/a', value: {words: 'last'}}]],
      lists: ['entry/'],
    })
  })

  test('fail rejects as many calls as asked, of that method alone, and nothing reaches storage', async () => {
    const {faults, port} = await start()
    faults.fail('commit', quota, 2)
    await expect(port.commit([group(0)], relaxed)).rejects.toBe(quota)
    expect(await port.list('')).toEqual([])
    await expect(port.commit([group(0)], relaxed)).rejects.toBe(quota)
    expect(await port.commit([group(0)], relaxed)).toEqual(committed)
  })

  test('faults of one method are taken in the order they were set, and clear forgets the rest', async () => {
    const {faults, port} = await start()
    const timeout = new KeepspaceError('storage.timeout')
    faults.fail('list', quota)
    faults.fail('list', timeout, Number.POSITIVE_INFINITY)
    await expect(port.list('')).rejects.toBe(quota)
    await expect(port.list('')).rejects.toBe(timeout)
    await expect(port.list('')).rejects.toBe(timeout)
    faults.clear()
    expect(await port.list('')).toEqual([])
  })

  test('open can fail, and succeeds the next time', async () => {
    const {target, faults} = faultyStorage(memoryStorage())
    const unavailable = new KeepspaceError('storage.unavailable')
    faults.fail('open', unavailable)
    await expect(target.open()).rejects.toBe(unavailable)
    expect((await target.open()).name).toBe('memory')
  })

  test('a hanging call never reaches storage and rejects with storage.timeout when released', async () => {
    const {faults, port} = await start()
    const held = faults.hang('commit')
    const commit = port.commit([group(0)], relaxed)
    const ends = watch(commit)
    await held.reached
    expect(ends).toEqual([])
    held.release()
    await expect(commit).rejects.toMatchObject({code: 'storage.timeout'})
    expect(await port.list('')).toEqual([])
  })

  test('a delayed call reaches storage when released, after calls that overtook it', async () => {
    const {faults, port} = await start()
    const held = faults.delay('commit')
    const late = port.commit([group(0)], relaxed)
    await held.reached
    expect(await port.commit([group(0, 'overtaker')], relaxed)).toEqual(committed)
    held.release()
    expect(await late).toEqual([{status: 'conflict', revision: 1, commitId: 'overtaker'}])
  })

  test('a delayed answer comes when released, of a commit that others see already', async () => {
    const {faults, port} = await start()
    const held = faults.delayAnswer('commit')
    const commit = port.commit([group(0)], relaxed)
    const ends = watch(commit)
    await held.reached
    expect(await port.list('')).toEqual(['head/a'])
    expect(ends).toEqual([])
    held.release()
    expect(await commit).toEqual(committed)
  })

  test('a held call ends with storage.timeout when its signal aborts, and stores nothing', async () => {
    const {faults, port} = await start()
    faults.hang('commit')
    const held = faults.delay('commit')
    const controller = new AbortController()
    const commits = [0, 1].map(() => port.commit([group(0)], {...relaxed, signal: controller.signal}))
    await held.reached
    controller.abort()
    for (const commit of commits) {
      await expect(commit).rejects.toMatchObject({code: 'storage.timeout'})
    }
    held.release()
    expect(await port.list('')).toEqual([])
  })

  test('a lost answer rejects although the commit landed, so that a repeat is refused with its own id', async () => {
    const {faults, port} = await start()
    faults.loseAnswer()
    await expect(port.commit([group(0)], relaxed)).rejects.toMatchObject({code: 'storage.timeout'})
    expect(await port.commit([group(0)], relaxed)).toEqual([{status: 'conflict', revision: 1, commitId: 'ours'}])
    faults.loseAnswer('storage.lost')
    await expect(port.commit([group(1)], relaxed)).rejects.toMatchObject({code: 'storage.lost'})
    expect(await port.read([{key: 'head/a'}])).toEqual([[{key: 'head/a', value: {revision: 2, commitId: 'ours'}}]])
  })
})

async function start() {
  const {target, faults, log} = faultyStorage(memoryStorage())
  return {faults, log, port: await target.open()}
}

function group(revision: number, commitId = 'ours'): CommitGroup {
  return {
    commitId: commitId as CommitId,
    expect: {key: 'head/a', revision},
    puts: [{key: 'head/a', value: {revision: revision + 1, commitId}}],
    deletes: [],
  }
}

/** Fills up with how the call ended, once it has. */
function watch(call: Promise<unknown>): unknown[] {
  const ends: unknown[] = []
  call.then(
    () => ends.push('resolved'),
    (error) => ends.push(error.code),
  )
  return ends
}
