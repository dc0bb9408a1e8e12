import {afterEach, describe, expect, test} from 'vitest'
import {createActor} from 'xstate'
import {
  type DecideInput,
  type LookOutput,
  type RecoveryEmitted,
  recoveryMachine,
} from '../../src/machines/recovery/recovery.machine.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EntryId} from '../../src/model/ids.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const entryId = 'e1' as EntryId
const coverage = watchCoverage(recoveryMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('looking', () => {
  test('comes first, and offers what was found', async () => {
    const recovery = start()
    expect(recovery.value()).toBe('looking')
    await recovery.found(2)
    expect([recovery.value(), recovery.context().undecided]).toEqual(['offering', 2])
  })

  test('settles where nothing was found, and may be asked for again', async () => {
    const recovery = await startSettled()
    recovery.look()
    await recovery.found(1)
    expect(recovery.value()).toBe('offering')
    recovery.look()
    expect(recovery.value()).toBe('looking')
  })

  test('is repeated when it was asked for meanwhile', async () => {
    const recovery = start()
    recovery.look()
    await recovery.found(0)
    expect([recovery.value(), recovery.looks.length]).toEqual(['looking', 2])
    await recovery.found(0)
    expect([recovery.value(), recovery.emitted]).toEqual(['settled', [{type: 'look.ended'}]])
  })

  test('that fails gives nothing up, and can be tried again', async () => {
    const recovery = start()
    recovery.looks.at(-1)?.reject(new KeepspaceError('storage.timeout'))
    await settle()
    expect([recovery.value(), recovery.context().error?.code]).toEqual(['failed', 'storage.timeout'])
    recovery.look()
    await recovery.found(0)
    expect([recovery.value(), recovery.context().error]).toEqual(['settled', undefined])
  })
})

describe('a decision', () => {
  test('is carried out, and what is left is looked at', async () => {
    const recovery = await startOffering()
    recovery.decide('discard')
    expect(recovery.decisions.at(-1)?.input).toEqual({entryId, decision: 'discard'})
    recovery.decide('recover')
    expect(recovery.decisions).toHaveLength(1)
    recovery.decisions.at(-1)?.resolve()
    await settle()
    expect(recovery.value()).toBe('looking')
    await recovery.found(0)
    expect([recovery.value(), recovery.emitted]).toEqual([
      'settled',
      [{type: 'look.ended'}, {type: 'decision.ended', error: undefined}, {type: 'look.ended'}],
    ])
  })

  test('that fails gives nothing up, and can be made again', async () => {
    const recovery = await startOffering()
    recovery.decide('discard')
    recovery.decisions.at(-1)?.reject(new KeepspaceError('server.offline'))
    await settle()
    expect([recovery.value(), recovery.emitted.at(-1)]).toEqual([
      'offering',
      {type: 'decision.ended', error: new KeepspaceError('server.offline').report},
    ])
    recovery.decide('recover')
    expect(recovery.value()).toBe('deciding')
  })

  test('about nothing does nothing, and says so', async () => {
    const recovery = await startSettled()
    recovery.decide('discard')
    expect([recovery.value(), recovery.decisions.length]).toEqual(['settled', 0])
    expect(recovery.emitted.at(-1)).toEqual({type: 'decision.ended', error: undefined})
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start() {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const {calls: looks, logic: look} = scripted<LookOutput, undefined>()
  const {calls: decisions, logic: decide} = scripted<void, DecideInput>()
  const actor = createActor(recoveryMachine.provide({actors: {look: look as never, decide}}), {
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: RecoveryEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  return {
    looks,
    decisions,
    emitted,
    value: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context,
    look: () => actor.send({type: 'look.requested'}),
    decide: (decision: DecideInput['decision']) => actor.send({type: 'decision.made', entryId, decision}),
    found: async (undecided: number) => {
      looks.at(-1)?.resolve({undecided})
      await settle()
    },
  }
}

async function startSettled() {
  const recovery = start()
  await recovery.found(0)
  return recovery
}

async function startOffering() {
  const recovery = start()
  await recovery.found(1)
  return recovery
}
