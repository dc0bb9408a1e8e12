import {afterEach, describe, expect, test} from 'vitest'
import {createActor} from 'xstate'
import {
  type CompareOutput,
  type ResolveOutput,
  type SaveSessionOutput,
  type SessionChoice,
  type SessionEmitted,
  sessionMachine,
} from '../../src/machines/session/session.machine.ts'
import {defaultSessionRetry} from '../../src/machines/session/session.policy.ts'
import {KeepspaceError, type KeepspaceErrorCode} from '../../src/model/errors.ts'
import type {EntryId} from '../../src/model/ids.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const entryId = 'e1' as EntryId
const coverage = watchCoverage(sessionMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('comparing', () => {
  test('tells whether the content differs, and looks again when it changes', async () => {
    const session = start()
    await session.compared(false)
    expect(session.value()).toBe('clean')
    session.change()
    await session.compared(true)
    expect(session.value()).toBe('changed')
  })

  test('looks once more when something changed meanwhile', async () => {
    const session = start()
    session.change()
    await session.compared(false)
    expect([session.value(), session.compares.length]).toEqual(['comparing', 2])
    await session.compared(true)
    expect(session.value()).toBe('changed')
  })

  test('happens at most every two seconds while somebody goes on editing', async () => {
    const session = await startChanged()
    for (let edits = 0; edits < 10; edits += 1) {
      session.change()
      session.time.advance(100)
    }
    expect([session.value(), session.compares.length]).toEqual(['settling', 1])
    session.time.advance(1_000)
    expect(session.value()).toBe('comparing')
    await session.compared(false)
    expect(session.value()).toBe('clean')
  })

  test('that fails counts as changed', async () => {
    const session = start()
    session.compares.at(-1)?.reject(new KeepspaceError('storage.unavailable'))
    await settle()
    expect(session.value()).toBe('changed')
  })
})

describe('saving', () => {
  test.each(['clean', 'changed', 'settling'] as const)('is possible when %s', async (state) => {
    const session = await startIn(state)
    session.save()
    expect(session.value()).toBe('saving')
    await session.saved(7)
    expect(session.context()).toMatchObject({baseRevision: 7, remoteRevision: 7, attempts: 0, error: undefined})
    await session.compared(false)
    expect(session.value()).toBe('clean')
  })

  test('that was asked for during a comparison begins at once', () => {
    const session = start()
    session.save()
    expect(session.value()).toBe('saving')
  })

  test('is followed by another one when it was asked for again', async () => {
    const session = await startSaving()
    session.save()
    session.change()
    await session.saved(2)
    expect([session.value(), session.saves.length]).toEqual(['saving', 2])
  })

  test('is left by no outside event', async () => {
    const session = await startSaving()
    session.actor.send({type: 'remote.seen', revision: 9})
    session.actor.send({type: 'network.returned'})
    session.actor.send({type: 'token.delivered'})
    session.choose('mine')
    session.time.advance(600_000)
    expect(session.value()).toBe('saving')
  })

  test.each([
    ['server.offline', 'backingOff'],
    ['server.busy', 'backingOff'],
    ['storage.timeout', 'backingOff'],
    ['server.unauthorized', 'paused'],
    ['revision.conflict', 'conflicted'],
    ['session.gone', 'gone'],
    ['value.tooLarge', 'refused'],
    ['server.refused', 'refused'],
  ] as const)('that fails with %s is %s, and everybody is told', async (code, state) => {
    const session = await startFailed(code)
    expect(session.value()).toBe(state)
    expect(session.emitted).toEqual([{type: 'save.ended', error: new KeepspaceError(code).report, save: 1}])
  })
})

describe('a server that cannot be reached', () => {
  test('is tried again, each time later, and never sooner than it asks for', async () => {
    const session = await startFailed('server.offline')
    session.time.advance(499)
    expect(session.value()).toBe('backingOff')
    session.time.advance(1)
    expect(session.value()).toBe('saving')
    await session.failed(new KeepspaceError('server.busy', undefined, {retryAfterMs: 90_000}))
    session.time.advance(89_999)
    expect(session.value()).toBe('backingOff')
    session.time.advance(1)
    expect(session.value()).toBe('saving')
  })

  test.each([
    ['the network returns', {type: 'network.returned'}],
    ['a person asks', {type: 'save.requested'}],
  ] as const)('is tried at once when %s', async (_, event) => {
    const session = await startFailed('server.offline')
    session.actor.send(event)
    expect(session.value()).toBe('saving')
  })
})

describe('without a valid token', () => {
  test.each([{type: 'token.delivered'}, {type: 'save.requested'}] as const)('it waits for $type', async (event) => {
    const session = await startFailed('server.unauthorized')
    session.time.advance(600_000)
    session.actor.send({type: 'network.returned'})
    expect(session.value()).toBe('paused')
    session.actor.send(event)
    expect(session.value()).toBe('saving')
  })
})

test('what the server refused for good is sent again only on request, and looked at when it changes', async () => {
  const session = await startFailed('value.tooLarge')
  session.time.advance(600_000)
  expect(session.value()).toBe('refused')
  session.save()
  await session.failed(new KeepspaceError('value.tooLarge'))
  session.change()
  expect(session.value()).toBe('comparing')
})

describe('a conflict', () => {
  test('sends nothing until somebody chooses', async () => {
    const session = await startFailed('revision.conflict')
    session.save()
    session.time.advance(600_000)
    expect([session.value(), session.saves.length]).toEqual(['conflicted', 1])
    session.choose('theirs')
    expect(session.resolves.at(-1)?.input).toEqual({entryId, choice: 'theirs'})
    await session.resolved({revision: 5, needsSave: false})
    expect([session.value(), session.context().baseRevision]).toEqual(['comparing', 5])
  })

  test('is sent after a choice that the server does not know yet', async () => {
    const session = await startFailed('revision.conflict')
    session.choose('merge')
    await session.resolved({revision: 5, needsSave: true})
    expect(session.value()).toBe('saving')
  })

  test('stays when a choice could not be carried out', async () => {
    const session = await startFailed('revision.conflict')
    session.choose('mine')
    session.resolves.at(-1)?.reject(new KeepspaceError('server.offline'))
    await settle()
    expect([session.value(), session.context().error?.code]).toEqual(['conflicted', 'server.offline'])
  })
})

describe('a newer revision on the server', () => {
  test.each(['clean', 'changed', 'settling'] as const)('can be chosen when %s, and only then', async (state) => {
    const session = await startIn(state)
    session.choose('theirs')
    expect(session.value()).toBe(state)
    session.actor.send({type: 'remote.seen', revision: 3})
    session.choose('theirs')
    expect(session.value()).toBe('resolving')
  })
})

describe('a session that the server does not have any more', () => {
  const gone = {type: 'remote.gone'} as const

  test.each(['clean', 'changed', 'settling'] as const)('is told of when %s', async (state) => {
    const session = await startIn(state)
    session.actor.send(gone)
    expect([session.value(), session.context()]).toMatchObject([
      'gone',
      {isChanged: true, error: {code: 'session.gone'}},
    ])
  })

  test.each(['server.offline', 'server.unauthorized', 'value.tooLarge', 'revision.conflict'] as const)(
    'is told of after %s, and not tried again',
    async (code) => {
      const session = await startFailed(code)
      session.actor.send(gone)
      session.time.advance(600_000)
      session.actor.send({type: 'network.returned'})
      session.actor.send({type: 'token.delivered'})
      session.change()
      expect([session.value(), session.saves.length]).toEqual(['gone', 1])
    },
  )

  test('is told of during a comparison, and known by one', async () => {
    const session = start()
    session.actor.send(gone)
    expect(session.value()).toBe('gone')
    const another = start()
    another.compares.at(-1)?.resolve({isChanged: true, isGone: true})
    await settle()
    expect(another.value()).toBe('gone')
  })

  test('does not hide whether a save arrived', async () => {
    const session = await startSaving()
    session.actor.send(gone)
    await session.saved(2)
    expect(session.value()).toBe('comparing')
  })

  test('is asked for again by a person only, and compared when it is there again', async () => {
    const session = await startFailed('session.gone')
    session.save()
    expect(session.value()).toBe('saving')
    await session.failed(new KeepspaceError('session.gone'))
    session.actor.send({type: 'remote.seen', revision: 4})
    expect([session.value(), session.context()]).toMatchObject(['comparing', {remoteRevision: 4}])
    expect(session.context().error).toBeUndefined()
  })

  test('has nothing to go back to, and whoever asks is told', async () => {
    const session = await startFailed('session.gone')
    session.discard()
    expect([session.value(), session.emitted.at(-1)]).toEqual(['gone', {type: 'choice.ended'}])
  })

  test('is found out by a choice too', async () => {
    const session = await startFailed('revision.conflict')
    session.choose('theirs')
    session.resolves.at(-1)?.reject(new KeepspaceError('session.gone'))
    await settle()
    expect([session.value(), session.emitted.at(-1)]).toEqual(['gone', {type: 'choice.ended'}])
  })
})

describe('a request to discard what is here', () => {
  test.each(['clean', 'changed', 'settling'] as const)('takes the version of the server when %s', async (state) => {
    const session = await startIn(state)
    session.discard()
    expect(session.resolves.at(-1)?.input).toEqual({entryId, choice: 'theirs'})
    await session.resolved({revision: 1, needsSave: false})
    expect([session.value(), session.context().remoteRevision]).toEqual(['comparing', 1])
  })

  test.each(['server.offline', 'server.unauthorized', 'value.tooLarge', 'revision.conflict'] as const)(
    'is taken after %s',
    async (code) => {
      const session = await startFailed(code)
      session.discard()
      expect(session.value()).toBe('resolving')
    },
  )

  test('that fails where nobody else changed it is no conflict', async () => {
    const session = await startChanged()
    session.discard()
    session.discard()
    session.resolves.at(-1)?.reject(new KeepspaceError('server.offline'))
    await settle()
    expect([session.value(), session.context().error?.code]).toEqual(['comparing', 'server.offline'])
  })
})

describe('whether there are changes', () => {
  test('is what the last comparison said, also while the next one runs', async () => {
    const session = await startChanged()
    session.save()
    await session.saved(2)
    expect([session.value(), session.context().isChanged]).toEqual(['comparing', true])
    await session.compared(false)
    session.change()
    expect([session.value(), session.context().isChanged]).toEqual(['comparing', false])
  })

  test('a refused update says that the server has something newer', async () => {
    const session = await startFailed('revision.conflict')
    expect(session.context()).toMatchObject({isChanged: true, baseRevision: 1, remoteRevision: 2})
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start() {
  const time = createSimulatedTime()
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const {calls: compares, logic: compare} = scripted<CompareOutput, {entryId: EntryId}>()
  const {calls: saves, logic: save} = scripted<SaveSessionOutput, {entryId: EntryId}>()
  const {calls: resolves, logic: resolve} = scripted<ResolveOutput, {entryId: EntryId; choice: SessionChoice}>()
  const actor = createActor(sessionMachine.provide({actors: {compare, save, resolve}}), {
    clock: time,
    input: {entryId, baseRevision: 1, retry: defaultSessionRetry, jitter: 0},
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: SessionEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  return {
    actor,
    time,
    compares,
    saves,
    resolves,
    emitted,
    value: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context,
    change: () => actor.send({type: 'content.changed'}),
    save: () => actor.send({type: 'save.requested'}),
    choose: (choice: SessionChoice) => actor.send({type: 'choice.made', choice}),
    discard: () => actor.send({type: 'discard.requested'}),
    compared: async (isChanged: boolean) => {
      compares.at(-1)?.resolve({isChanged, isGone: false})
      await settle()
    },
    saved: async (revision: number) => {
      saves.at(-1)?.resolve({revision})
      await settle()
    },
    failed: async (error: KeepspaceError) => {
      saves.at(-1)?.reject(error)
      await settle()
    },
    resolved: async (output: ResolveOutput) => {
      resolves.at(-1)?.resolve(output)
      await settle()
    },
  }
}

async function startChanged() {
  const session = start()
  await session.compared(true)
  return session
}

async function startIn(state: 'clean' | 'changed' | 'settling') {
  const session = start()
  await session.compared(state !== 'clean')
  if (state === 'settling') {
    session.change()
  }
  expect(session.value()).toBe(state)
  return session
}

async function startSaving() {
  const session = await startChanged()
  session.save()
  return session
}

async function startFailed(code: KeepspaceErrorCode) {
  const session = await startSaving()
  await session.failed(new KeepspaceError(code))
  return session
}
