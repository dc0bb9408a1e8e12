import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import type {CommitId} from '../../../src/model/ids.ts'
import type {CommitGroup, Durability, StoragePort} from '../../../src/model/storage-port.ts'
import {memoryStorage} from '../../../src/services/storage/memory-storage.ts'
import {createWriteQueue, type WriteJob} from '../../../src/services/writing/write-queue.ts'
import {faultyStorage} from '../../../src/testing/faulty-storage.ts'

const full = new KeepspaceError('storage.quota', 'full')
const gone = new KeepspaceError('storage.unavailable', 'gone')

describe(createWriteQueue.name, () => {
  test('everything that waits goes into one transaction, and everybody is answered once', async () => {
    const {queue, add, answers, log, port} = await start()
    add('a')
    add('b')
    add('c', {isUnchanged: true})
    expect(queue.size).toBe(3)
    expect(await queue.commitNext(port)).toEqual({remainingCount: 0})
    expect(answers).toEqual(['c skipped', 'a committed', 'b committed'])
    expect(log.commits.map(({groups, durability}) => [groups.map(({expect: {key}}) => key), durability])).toEqual([
      [['head/a', 'head/b'], 'relaxed'],
    ])
  })

  test('two wishes of one target go into two transactions, in their order', async () => {
    const {queue, add, answers, log, port} = await start()
    add('a', {base: 0})
    add('a', {base: 1})
    add('b')
    expect(await queue.commitNext(port)).toEqual({remainingCount: 1})
    expect(await queue.commitNext(port)).toEqual({remainingCount: 0})
    expect(answers).toEqual(['a committed', 'b committed', 'a committed'])
    expect(log.commits.map(({groups}) => groups.length)).toEqual([2, 1])
  })

  test('each captures as late as can be: when its transaction begins', async () => {
    const {queue, port, job} = await start()
    let captures = 0
    queue.add({
      ...job('a'),
      capture: () => {
        captures += 1
        return undefined
      },
    })
    expect(captures).toBe(0)
    await queue.commitNext(port)
    expect(captures).toBe(1)
  })

  test('one strict wish makes the transaction strict', async () => {
    const {queue, add, log, port} = await start()
    add('a')
    add('b', {durability: 'strict'})
    await queue.commitNext(port)
    expect(log.commits.map(({durability}) => durability)).toEqual(['strict'])
  })

  test('a conflict fails its own group alone, and says what is stored instead', async () => {
    const {queue, add, answers, port} = await start()
    add('a')
    await queue.commitNext(port)
    add('a', {base: 0, commitId: 'late'})
    add('b')
    await queue.commitNext(port)
    expect(answers).toEqual(['a committed', 'a conflicted 1 first', 'b committed'])
  })

  test('a capture that throws fails its own wish alone', async () => {
    const {queue, add, answers, port, job} = await start()
    queue.add({
      ...job('a'),
      capture: () => {
        throw new Error('a bug')
      },
    })
    add('b')
    expect(await queue.commitNext(port)).toEqual({remainingCount: 0})
    expect(answers).toEqual(['a failed source.failed', 'b committed'])
  })

  test('a transaction that fails fails everybody in it, and nobody who came later', async () => {
    const {queue, add, answers, faults, port} = await start()
    faults.fail('commit', gone)
    add('a')
    add('b')
    const failing = queue.commitNext(port)
    add('c')
    await expect(failing).rejects.toBe(gone)
    expect({answers, size: queue.size}).toEqual({
      answers: ['a failed storage.unavailable', 'b failed storage.unavailable'],
      size: 1,
    })
    await queue.commitNext(port)
    expect(answers.at(-1)).toBe('c committed')
  })

  test('where not all of it fits, what fits is stored, and only the rest has failed', async () => {
    const {queue, add, answers, port} = await start()
    add('a')
    add('b')
    add('c')
    const commit: StoragePort['commit'] = (groups, options) =>
      groups.some(({expect: {key}}) => key === 'head/b') ? Promise.reject(full) : port.commit(groups, options)
    await expect(queue.commitNext({...port, commit})).rejects.toBe(full)
    expect(answers).toEqual(['a committed', 'b failed storage.quota', 'c committed'])
  })

  test('what storage finds too large does not keep those out that fit', async () => {
    const {queue, add, answers, port} = await start()
    add('a')
    add('b')
    const tooLarge = new KeepspaceError('value.tooLarge', '9 of at most 8 bytes')
    const commit: StoragePort['commit'] = (groups, options) =>
      groups.some(({expect: {key}}) => key === 'head/a') ? Promise.reject(tooLarge) : port.commit(groups, options)
    await expect(queue.commitNext({...port, commit})).rejects.toBe(tooLarge)
    expect(answers).toEqual(['a failed value.tooLarge', 'b committed'])
  })

  test('a group that storage leaves unanswered has failed', async () => {
    const {queue, add, answers, port} = await start()
    add('a')
    add('b')
    await queue.commitNext({...port, commit: async () => [{status: 'committed'}]})
    expect(answers).toEqual(['a committed', 'b failed storage.unavailable'])
  })

  test('nothing is asked of storage when nothing has to be written', async () => {
    const {queue, add, log, port} = await start()
    add('a', {isUnchanged: true})
    await queue.commitNext(port)
    await queue.commitNext(port)
    expect(log.commits).toEqual([])
  })

  test('a wish made while another is answered waits for the next transaction', async () => {
    const {queue, port, job, answers, add} = await start()
    queue.add({...job('a'), committed: () => add('b')})
    await queue.commitNext(port)
    expect({answers, size: queue.size}).toEqual({answers: [], size: 1})
  })

  test('a fault in an answer is not taken for a failure of storage: nobody who was answered is answered again', async () => {
    const {queue, port, job, answers, add} = await start()
    add('a')
    queue.add({
      ...job('b'),
      committed: () => {
        throw new Error('a bug')
      },
    })
    await expect(queue.commitNext(port)).rejects.toThrow('a bug')
    expect(answers).toEqual(['a committed'])
  })

  test('everybody who still waits can be refused at once', async () => {
    const {queue, add, answers, port} = await start()
    add('a')
    add('a')
    queue.rejectAll(new KeepspaceError('disposed'))
    expect({answers, size: queue.size}).toEqual({answers: ['a failed disposed', 'a failed disposed'], size: 0})
    await queue.commitNext(port)
    expect(answers).toHaveLength(2)
  })
})

type JobFacts = {
  readonly base?: number
  readonly commitId?: string
  readonly durability?: Durability
  readonly isUnchanged?: boolean
}

async function start() {
  const {target, faults, log} = faultyStorage(memoryStorage())
  const port: StoragePort = await target.open()
  const queue = createWriteQueue()
  const answers: string[] = []
  const job = (name: string, facts: JobFacts = {}): WriteJob => ({
    target: name,
    durability: facts.durability ?? 'relaxed',
    capture: () => (facts.isUnchanged ? undefined : groupOf(name, facts)),
    committed: () => void answers.push(`${name} committed`),
    skipped: () => void answers.push(`${name} skipped`),
    conflicted: ({revision, commitId}) => void answers.push(`${name} conflicted ${revision} ${commitId}`),
    failed: ({code}) => void answers.push(`${name} failed ${code}`),
  })
  const add = (name: string, facts?: JobFacts) => queue.add(job(name, facts))
  return {queue, add, job, answers, faults, log, port}
}

function groupOf(name: string, {base = 0, commitId = 'first'}: JobFacts): CommitGroup {
  const key = `head/${name}`
  return {
    commitId: commitId as CommitId,
    expect: {key, revision: base},
    puts: [{key, value: {revision: base + 1, commitId}}],
    deletes: [],
  }
}
