import {afterEach, describe, expect, test} from 'vitest'
import {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {isPartOfRelease, startWorkspaceChart} from '../support/workspace-chart.ts'

const offline = new KeepspaceError('storage.unavailable', 'offline')
const conflict = new KeepspaceError('revision.conflict', 'w1 is at 7')
const unread = new KeepspaceError('load.failed', 'storage.timeout')

const coverage = watchCoverage(workspaceMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('loading', () => {
  test('nothing is written while it loads, whatever is asked; an urgent edit is saved as soon as it is loaded', async () => {
    const chart = start()
    chart.requestSave()
    expect(chart.value()).toBe('cold')

    chart.actor.send({type: 'open.requested'})
    chart.edit(1, true)
    chart.requestSave('explicit', 'strict')
    chart.time.advance(60_000)
    expect({value: chart.value(), saves: chart.saves.length}).toEqual({value: {loading: 'slow'}, saves: 0})

    await chart.loaded()
    expect(chart.value()).toEqual({hot: 'saving'})
    expect(chart.saves.map(({input}) => input)).toEqual([
      {workspaceId: 'w1', reason: 'immediate', durability: 'relaxed'},
    ])
  })

  test('loading is called slow after its time, and not before', () => {
    const chart = start()
    chart.actor.send({type: 'open.requested'})
    chart.time.advance(999)
    expect(chart.value()).toEqual({loading: 'usual'})
    chart.time.advance(1)
    expect(chart.value()).toEqual({loading: 'slow'})
  })

  test('an edit made while it loads counts as unsaved, and is saved after the usual quiet moment', async () => {
    const chart = start()
    chart.actor.send({type: 'open.requested'})
    chart.edit(1)
    await chart.loaded()
    expect({value: chart.value(), isDirty: chart.isDirty()}).toEqual({
      value: {hot: {dirty: 'settling'}},
      isDirty: true,
    })
    chart.time.advance(300)
    expect(chart.value()).toEqual({hot: 'saving'})
  })

  test('a failed load is never followed by a write, neither where it failed nor in the read-only view', async () => {
    const chart = start()
    chart.actor.send({type: 'open.requested'})
    await chart.loadFailed(unread)
    expect(chart.context().error).toEqual(unread.report)
    const tryEverything = () => {
      chart.edit(chart.context().acceptedVersion + 1, true)
      chart.requestSave()
      chart.actor.send({type: 'retry.due'})
      chart.actor.send({type: 'mine.requested'})
      chart.time.advance(60_000)
    }
    tryEverything()
    expect(chart.value()).toBe('loadFailed')

    chart.actor.send({type: 'readOnly.requested'})
    tryEverything()
    expect({value: chart.value(), saves: chart.saves.length}).toEqual({value: 'readOnly', saves: 0})
  })

  test.each(['loadFailed', 'readOnly'] as const)(
    'loading again from %s keeps the edits made meanwhile',
    async (place) => {
      const chart = start()
      chart.actor.send({type: 'open.requested'})
      await chart.loadFailed(unread)
      if (place === 'readOnly') {
        chart.actor.send({type: 'readOnly.requested'})
      }
      chart.edit(1)
      chart.actor.send({type: 'reload.requested'})
      await chart.loaded()
      expect({value: chart.value(), error: chart.context().error}).toEqual({
        value: {hot: {dirty: 'settling'}},
        error: undefined,
      })
    },
  )
})

describe('at rest', () => {
  test.each([
    'open.requested',
    'reload.requested',
    'readOnly.requested',
    'retry.due',
    'mine.requested',
    'theirs.requested',
  ] as const)('%s changes nothing in a workspace that is saved', async (type) => {
    const chart = await startLoaded()
    const before = chart.context()
    chart.actor.send({type})
    chart.time.advance(60_000)
    expect(chart.value()).toEqual({hot: 'clean'})
    expect({context: chart.context(), saves: chart.saves.length}).toEqual({context: before, saves: 0})
  })

  test('a burst that a save already carried leaves it saved', async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.requestSave()
    await chart.saved(2)
    chart.edit(2)
    chart.time.advance(60_000)
    expect({value: chart.value(), saves: chart.saves.length}).toEqual({value: {hot: 'clean'}, saves: 1})
  })
})

describe('saving', () => {
  test('waits for a quiet moment, which each burst of edits begins anew', async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.time.advance(299)
    chart.edit(2)
    chart.time.advance(299)
    expect(chart.saves).toHaveLength(0)
    chart.time.advance(1)
    expect(chart.saves).toHaveLength(1)
  })

  test('begins at the longest wait, however steadily edits come', async () => {
    const chart = await startLoaded()
    for (let version = 1; version <= 10; version++) {
      chart.edit(version)
      chart.time.advance(version < 10 ? 100 : 99)
    }
    expect(chart.saves).toHaveLength(0)
    chart.time.advance(1)
    expect(chart.saves).toHaveLength(1)
  })

  test('a save acknowledges exactly the version it carried: an edit made meanwhile stays unsaved and is saved next', async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.time.advance(300)
    chart.time.advance(50)
    chart.edit(2)
    await chart.saved(1)
    expect(chart.value()).toEqual({hot: {dirty: 'settling'}})
    expect(chart.context()).toMatchObject({acceptedVersion: 2, durableVersion: 1, dirtySinceMs: 350})

    chart.time.advance(300)
    await chart.saved(2)
    expect(chart.value()).toEqual({hot: 'clean'})
    expect(chart.context()).toMatchObject({acceptedVersion: 2, durableVersion: 2, dirtySinceMs: undefined})
    expect(chart.saves.map(({input}) => input.reason)).toEqual(['edit', 'edit'])
  })

  test('a wish to save is followed at once, also when nothing is unsaved, and the next save is an ordinary one', async () => {
    const chart = await startLoaded()
    chart.requestSave('explicit', 'strict')
    await chart.saved(0)
    chart.edit(1)
    chart.requestSave('switch')
    await chart.saved(1)
    chart.edit(2)
    chart.time.advance(300)
    expect(chart.saves.map(({input}) => [input.reason, input.durability])).toEqual([
      ['explicit', 'strict'],
      ['switch', 'relaxed'],
      ['edit', 'relaxed'],
    ])
  })

  test('a wish to save during a save is joined, and another save answers it at once', async () => {
    const chart = await startLoaded()
    chart.requestSave('autosave')
    chart.requestSave('explicit', 'strict')
    expect(chart.emitted).toEqual([{type: 'save.joined', reason: 'explicit'}])
    expect(chart.saves).toHaveLength(1)

    await chart.saved(0)
    expect(chart.value()).toEqual({hot: 'saving'})
    expect(chart.saves[1]?.input).toEqual({workspaceId: 'w1', reason: 'explicit', durability: 'strict'})
  })

  test('urgent edits are saved at once: from rest, out of a quiet wait, and right after the running save', async () => {
    const chart = await startLoaded()
    chart.edit(1, true)
    expect(chart.saves).toHaveLength(1)
    await chart.saved(1)

    chart.edit(2)
    chart.edit(3, true)
    expect(chart.saves).toHaveLength(2)
    chart.edit(4, true)
    expect(chart.saves).toHaveLength(2)
    await chart.saved(3)
    expect(chart.saves).toHaveLength(3)
    await chart.saved(4)
    expect(chart.value()).toEqual({hot: 'clean'})
    expect(chart.saves.map(({input}) => input.reason)).toEqual(['immediate', 'immediate', 'immediate'])
  })

  test('a failed save keeps the work unsaved and rests until storage recovers; the retry is as strict as it was', async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.requestSave('explicit', 'strict')
    await chart.saveFailed(offline)
    expect(chart.emitted).toEqual([{type: 'save.failed', error: offline.report}])
    chart.edit(2, true)
    chart.time.advance(60_000)
    expect({value: chart.value(), isDirty: chart.isDirty(), saves: chart.saves.length}).toEqual({
      value: {hot: 'failed'},
      isDirty: true,
      saves: 1,
    })

    chart.actor.send({type: 'retry.due'})
    expect(chart.saves[1]?.input).toEqual({workspaceId: 'w1', reason: 'retry', durability: 'strict'})
    await chart.saved(2)
    expect({value: chart.value(), error: chart.context().error}).toEqual({value: {hot: 'clean'}, error: undefined})
  })

  test('after a failed save somebody may ask for another one at once', async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.requestSave()
    await chart.saveFailed(new Error('not one of ours'))
    expect(chart.context().error?.code).toBe('storage.unavailable')
    chart.requestSave('switch')
    await chart.saved(1)
    expect(chart.value()).toEqual({hot: 'clean'})
  })
})

describe('a conflict', () => {
  const startConflicted = async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.requestSave()
    await chart.saveFailed(conflict)
    return chart
  }

  test('rests until somebody chooses, and no save is made meanwhile', async () => {
    const chart = await startConflicted()
    chart.edit(2, true)
    chart.requestSave()
    chart.actor.send({type: 'retry.due'})
    chart.time.advance(60_000)
    expect({value: chart.value(), saves: chart.saves.length}).toEqual({value: {hot: 'conflicted'}, saves: 1})
    expect(chart.context().error).toEqual(conflict.report)
  })

  test('is ended by a save when mine is chosen', async () => {
    const chart = await startConflicted()
    chart.actor.send({type: 'mine.requested'})
    await chart.saved(1)
    expect({value: chart.value(), isDirty: chart.isDirty()}).toEqual({value: {hot: 'clean'}, isDirty: false})
  })

  test('is ended by a load when theirs is chosen', async () => {
    const chart = await startConflicted()
    chart.actor.send({type: 'theirs.requested'})
    expect(chart.value()).toEqual({loading: 'usual'})
    await chart.loaded()
    expect(chart.context().error).toBeUndefined()
  })
})

describe('a workspace that does not save itself', () => {
  test('keeps edits in memory, urgent ones too, until somebody asks for a save', async () => {
    const chart = await startLoaded()
    chart.actor.send({type: 'live.switched', isLive: false})
    chart.edit(1, true)
    await chart.time.advanceAsync(60_000)
    expect({value: chart.value(), saves: chart.saves.length}).toEqual({value: {hot: 'held'}, saves: 0})
    chart.requestSave('explicit', 'strict')
    chart.edit(2)
    await chart.saved(1)
    await chart.time.advanceAsync(60_000)
    expect({value: chart.value(), saves: chart.saves.map(({input}) => input)}).toEqual({
      value: {hot: 'held'},
      saves: [{workspaceId: 'w1', reason: 'explicit', durability: 'strict'}],
    })
  })

  test('saves what it holds once it saves itself again', async () => {
    const chart = await startLoaded()
    chart.actor.send({type: 'live.switched', isLive: false})
    chart.edit(1)
    chart.actor.send({type: 'live.switched', isLive: true})
    await chart.time.advanceAsync(1_000)
    expect({value: chart.value(), saves: chart.saves.length}).toEqual({value: {hot: 'saving'}, saves: 1})
  })
})

test('the tests above reach every state and every transition, but for those of a release', () => {
  expect(coverage.missing().filter((place) => !isPartOfRelease(place))).toEqual([])
})

function start() {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  return startWorkspaceChart({
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
}

async function startLoaded() {
  const chart = start()
  chart.actor.send({type: 'open.requested'})
  await chart.loaded()
  return chart
}
