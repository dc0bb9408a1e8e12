import {afterEach, describe, expect, test} from 'vitest'
import {createActor, type NonReducibleUnknown} from 'xstate'
import {type CommitOutput, type WriterEmitted, writerMachine} from '../../src/machines/writer/writer.machine.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const {collectWindowMs, probeMs} = defaultWriterPolicy
const offline = new KeepspaceError('storage.unavailable', 'offline')
const full = new KeepspaceError('storage.quota', 'full')
const broken = new KeepspaceError('disposed')

const coverage = watchCoverage(writerMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('gathering', () => {
  test('what is asked within the collect window goes into one commit', () => {
    const writer = start()
    writer.ask()
    writer.time.advance(collectWindowMs - 1)
    writer.ask()
    expect({value: writer.value(), commits: writer.commits.length}).toEqual({value: 'collecting', commits: 0})
    writer.time.advance(1)
    expect({value: writer.value(), commits: writer.commits.length}).toEqual({value: 'committing', commits: 1})
  })

  test('what is urgent does not wait, neither from rest nor among others', async () => {
    const writer = start()
    writer.askUrgently()
    expect(writer.commits).toHaveLength(1)
    await writer.committed()
    writer.ask()
    writer.askUrgently()
    expect(writer.commits).toHaveLength(2)
    await writer.committed()
    writer.time.advance(60_000)
    expect({value: writer.value(), commits: writer.commits.length}).toEqual({value: 'idle', commits: 2})
  })

  test('there is one commit at a time: what arrives during one, or was left by it, goes into the next', async () => {
    const writer = start()
    writer.askUrgently()
    writer.askUrgently()
    writer.actor.send({type: 'retry.requested'})
    writer.time.advance(60_000)
    expect(writer.commits).toHaveLength(1)
    await writer.committed()
    writer.time.advance(collectWindowMs)
    expect(writer.commits).toHaveLength(2)
    await writer.committed({remainingCount: 1})
    writer.time.advance(collectWindowMs)
    await writer.committed()
    expect({value: writer.value(), commits: writer.commits.length}).toEqual({value: 'idle', commits: 3})
  })
})

describe('storage that fails', () => {
  test('is tried again at doubling waits up to the longest, and everybody who waits is told each time', async () => {
    const writer = start()
    writer.askUrgently()
    const waits: number[] = []
    for (let attempt = 1; attempt <= 9; attempt++) {
      await writer.failed(offline)
      expect(writer.value()).toBe('backingOff')
      const failedAt = writer.time.now()
      while (writer.value() === 'backingOff' && writer.time.now() - failedAt < 100_000) {
        writer.time.advance(100)
      }
      waits.push(writer.time.now() - failedAt)
      writer.askUrgently()
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    expect(writer.emitted.slice(0, 2)).toEqual([{type: 'writer.failed', error: offline.report}, {type: 'retry.due'}])
  })

  test('begins with the first wait again after a success, which is announced', async () => {
    const writer = await startFailed(offline)
    writer.askUrgently()
    await writer.failed(offline)
    writer.askUrgently()
    await writer.committed()
    expect(writer.emitted.at(-1)).toEqual({type: 'writer.recovered'})
    expect(writer.actor.getSnapshot().context).toMatchObject({attempt: 0, error: undefined})
    writer.askUrgently()
    await writer.failed(offline)
    writer.time.advance(500)
    expect(writer.value()).toBe('idle')
  })

  test('is tried at once by an urgent request, and by any other when the wait is over', async () => {
    const writer = await startFailed(offline)
    writer.askUrgently()
    expect(writer.commits).toHaveLength(2)
    await writer.failed(offline)
    writer.ask()
    expect(writer.value()).toBe('backingOff')
    writer.time.advance(999)
    expect(writer.commits).toHaveLength(2)
    writer.time.advance(1 + collectWindowMs)
    expect(writer.commits).toHaveLength(3)
  })

  test('is tried at once when a person asks for it', async () => {
    const writer = await startFailed(offline)
    writer.actor.send({type: 'retry.requested'})
    expect(writer.value()).toBe('idle')
    expect(writer.emitted.at(-1)).toEqual({type: 'retry.due'})
  })

  test.each([
    ['full', full, {stuck: 'quota'}],
    ['broken', broken, {stuck: 'unavailable'}],
  ])('and is %s is probed now and then', async (_, error, value) => {
    const writer = await startFailed(error)
    expect(writer.value()).toEqual(value)
    writer.time.advance(probeMs - 1)
    expect(writer.value()).toEqual(value)
    writer.time.advance(1)
    expect(writer.value()).toBe('idle')
    expect(writer.emitted).toEqual([{type: 'writer.failed', error: error.report}, {type: 'retry.due'}])
  })

  test('and is full is tried at once by any new request, or when a person asks for it', async () => {
    const writer = await startFailed(full)
    writer.ask()
    expect(writer.commits).toHaveLength(2)
    await writer.failed(full)
    writer.actor.send({type: 'retry.requested'})
    expect(writer.value()).toBe('idle')
  })

  test.each([
    ['backing off', offline, 500],
    ['stuck', full, probeMs],
  ])('what arrived during the failed commit is not forgotten after %s', async (_, error, waitMs) => {
    const writer = start()
    writer.askUrgently()
    writer.ask()
    await writer.failed(error)
    writer.time.advance(waitMs + collectWindowMs)
    expect(writer.commits).toHaveLength(2)
  })
})

describe('closing', () => {
  test('commits what was asked before, also when more is left each time, and nothing afterwards', async () => {
    const writer = start()
    writer.ask()
    writer.actor.send({type: 'close.requested'})
    expect({value: writer.value(), commits: writer.commits.length}).toEqual({value: 'committing', commits: 1})
    await writer.committed({remainingCount: 1})
    expect({value: writer.value(), commits: writer.commits.length}).toEqual({value: 'committing', commits: 2})
    await writer.committed()
    writer.askUrgently()
    writer.time.advance(60_000)
    expect({value: writer.value(), commits: writer.commits.length}).toEqual({value: 'closed', commits: 2})
  })

  test('of a writer with nothing to do is done at once', () => {
    const writer = start()
    writer.actor.send({type: 'close.requested'})
    expect(writer.value()).toBe('closed')
  })

  test('during a commit waits for it, and ends although it fails', async () => {
    const writer = start()
    writer.askUrgently()
    writer.actor.send({type: 'close.requested'})
    expect(writer.value()).toBe('committing')
    await writer.failed(offline)
    expect(writer.value()).toBe('closed')
  })

  test.each([
    ['backing off', offline],
    ['stuck', full],
  ])('while %s does not wait for storage to recover', async (_, error) => {
    const writer = await startFailed(error)
    writer.actor.send({type: 'close.requested'})
    expect(writer.value()).toBe('closed')
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start() {
  const time = createSimulatedTime()
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const {calls: commits, logic: commit} = scripted<CommitOutput, NonReducibleUnknown>()
  const actor = createActor(writerMachine.provide({actors: {commit}}), {
    clock: time,
    input: {policy: defaultWriterPolicy},
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: WriterEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  return {
    actor,
    time,
    commits,
    emitted,
    value: () => actor.getSnapshot().value,
    ask: () => actor.send({type: 'work.arrived', isUrgent: false}),
    askUrgently: () => actor.send({type: 'work.arrived', isUrgent: true}),
    committed: async (output: CommitOutput = {remainingCount: 0}) => {
      commits.at(-1)?.resolve(output)
      await settle()
    },
    failed: async (error: KeepspaceError) => {
      commits.at(-1)?.reject(error)
      await settle()
    },
  }
}

async function startFailed(error: KeepspaceError) {
  const writer = start()
  writer.askUrgently()
  await writer.failed(error)
  return writer
}
