import {afterEach, describe, expect, test} from 'vitest'
import {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {isPartOfRelease, startWorkspaceChart} from '../support/workspace-chart.ts'

const offline = new KeepspaceError('storage.unavailable', 'offline')
const conflict = new KeepspaceError('revision.conflict', 'w1 is at 7')
const busy = new KeepspaceError('usage', 'busy')
const unread = new KeepspaceError('load.failed', 'storage.timeout')

const coverage = watchCoverage(workspaceMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('a release', () => {
  test('of a saved workspace flushes it to disk, then gives the memory back', async () => {
    const chart = await startLoaded()
    chart.actor.send({type: 'release.requested', reason: 'evict'})
    expect(chart.value()).toEqual({evicting: 'awaitingReadiness'})
    await chart.prepared()
    expect(chart.saves.map(({input}) => input)).toEqual([{workspaceId: 'w1', reason: 'evict', durability: 'strict'}])
    expect(chart.releases).toHaveLength(0)
    await chart.saved(0)
    expect(chart.releases.map(({input}) => input)).toEqual([{workspaceId: 'w1', reason: 'evict'}])
    await chart.released()
    expect(chart.value()).toBe('flushed')
    expect(chart.emitted).toEqual([{type: 'workspace.flushed', reason: 'evict'}])
  })

  test('of an unsaved workspace does not wait for quiet, and saves again what is edited meanwhile', async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.actor.send({type: 'release.requested', reason: 'unload'})
    await chart.prepared()
    chart.edit(2)
    await chart.saved(1)
    expect({value: chart.value(), releases: chart.releases.length}).toEqual({value: {evicting: 'saving'}, releases: 0})
    await chart.saved(2)
    expect(chart.value()).toEqual({evicting: 'releasing'})
  })

  test('joins a wish to save, and saves once more before anything is released', async () => {
    const chart = await startEvicting()
    chart.requestSave('explicit')
    expect(chart.emitted).toEqual([{type: 'save.joined', reason: 'explicit'}])
    await chart.saved(0)
    expect({value: chart.value(), saves: chart.saves.length}).toEqual({value: {evicting: 'saving'}, saves: 2})
  })

  test('of a workspace that does not save itself saves what it holds first', async () => {
    const chart = await startLoaded()
    chart.actor.send({type: 'live.switched', isLive: false})
    chart.edit(1)
    expect(chart.value()).toEqual({hot: 'held'})
    chart.actor.send({type: 'release.requested', reason: 'unload'})
    await chart.prepared()
    expect(chart.saves.map(({input}) => input.reason)).toEqual(['unload'])
  })

  test.each([
    ['while it loads', 'loading'],
    ['before it was opened', 'cold'],
  ])('asked for %s follows the load', async (_, place) => {
    const chart = start()
    if (place === 'cold') {
      chart.actor.send({type: 'release.requested', reason: 'unload'})
    }
    chart.actor.send({type: 'open.requested'})
    if (place === 'loading') {
      chart.actor.send({type: 'release.requested', reason: 'unload'})
    }
    await chart.loaded()
    expect(chart.value()).toEqual({evicting: 'awaitingReadiness'})
  })

  test('asked for during a save follows it, whether it lands or fails', async () => {
    const landing = await startLoaded()
    landing.requestSave()
    landing.actor.send({type: 'release.requested', reason: 'unload'})
    await landing.saved(0)
    expect(landing.value()).toEqual({evicting: 'awaitingReadiness'})

    const failing = await startLoaded()
    failing.edit(1)
    failing.requestSave()
    failing.actor.send({type: 'release.requested', reason: 'unload'})
    await failing.saveFailed(offline)
    expect(failing.value()).toEqual({evicting: 'awaitingReadiness'})
  })

  test('is refused by a callback, and what was unsaved is saved as usual', async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.actor.send({type: 'release.requested', reason: 'evict'})
    await chart.notPrepared(busy)
    expect(chart.emitted).toEqual([{type: 'release.refused', error: busy.report}])
    expect(chart.value()).toEqual({hot: {dirty: 'settling'}})
    chart.time.advance(300)
    await chart.saved(1)
    expect(chart.value()).toEqual({hot: 'clean'})
  })

  test('is put off by an edit at the last moment, which is saved first', async () => {
    const chart = await startEvicting()
    await chart.saved(0)
    chart.edit(1)
    await chart.notReleased(busy)
    expect(chart.value()).toEqual({evicting: 'saving'})
    await chart.saved(1)
    expect(chart.value()).toEqual({evicting: 'releasing'})
    expect(chart.emitted).toEqual([])
  })

  test('is refused when edits at the last moment do not end, and they are saved as usual', async () => {
    const chart = await startEvicting()
    await chart.saved(0)
    for (const version of [1, 2, 3]) {
      chart.edit(version)
      await chart.notReleased(busy)
      await chart.saved(version)
    }
    chart.edit(4)
    await chart.notReleased(busy)
    expect(chart.emitted).toEqual([{type: 'release.refused', error: busy.report}])
    expect(chart.value()).toEqual({hot: {dirty: 'settling'}})
  })

  test('is refused by a save that fails; the workspace stays, and stays after the retry too', async () => {
    const chart = await startEvicting()
    chart.edit(1)
    await chart.saveFailed(offline)
    expect(chart.value()).toEqual({hot: 'failed'})
    expect(chart.emitted).toEqual([
      {type: 'save.failed', error: offline.report},
      {type: 'release.refused', error: offline.report},
    ])
    chart.actor.send({type: 'retry.due'})
    await chart.saved(1)
    expect({value: chart.value(), releases: chart.releases.length}).toEqual({value: {hot: 'clean'}, releases: 0})
  })

  test('is refused in a conflict, before anything is prepared', async () => {
    const chart = await startLoaded()
    chart.edit(1)
    chart.requestSave()
    await chart.saveFailed(conflict)
    chart.actor.send({type: 'release.requested', reason: 'evict'})
    expect({value: chart.value(), preparations: chart.preparations.length}).toEqual({
      value: {hot: 'conflicted'},
      preparations: 0,
    })
    expect(chart.emitted).toEqual([{type: 'release.refused', error: conflict.report}])
  })

  test('is refused by a conflict that its own save meets', async () => {
    const chart = await startEvicting()
    await chart.saveFailed(conflict)
    expect(chart.value()).toEqual({hot: 'conflicted'})
    expect(chart.emitted).toEqual([{type: 'release.refused', error: conflict.report}])
  })

  test('is refused while a component cannot be saved', async () => {
    const chart = await startEvicting()
    await chart.saved(0, {setAsideCount: 1})
    expect({value: chart.value(), releases: chart.releases.length}).toEqual({value: {hot: 'clean'}, releases: 0})
    expect(chart.emitted).toEqual([{type: 'release.refused', error: undefined}])
  })

  test('withdrawn while readiness is awaited or while it is saved brings it back', async () => {
    const early = await startLoaded()
    early.actor.send({type: 'release.requested', reason: 'evict'})
    early.actor.send({type: 'release.withdrawn'})
    await early.prepared()
    await early.saved(0)
    expect({value: early.value(), releases: early.releases.length}).toEqual({value: {hot: 'clean'}, releases: 0})

    const later = await startEvicting()
    later.edit(1)
    later.actor.send({type: 'release.withdrawn'})
    await later.saved(1)
    expect({value: later.value(), releases: later.releases.length}).toEqual({value: {hot: 'clean'}, releases: 0})
  })

  test('withdrawn while a save runs never begins', async () => {
    const chart = await startLoaded()
    chart.requestSave()
    chart.actor.send({type: 'release.requested', reason: 'evict'})
    chart.actor.send({type: 'release.withdrawn'})
    await chart.saved(0)
    expect(chart.value()).toEqual({hot: 'clean'})
  })

  test('withdrawn after everything was durable comes too late: opening it again reads it from storage', async () => {
    const chart = await startEvicting()
    await chart.saved(0)
    chart.actor.send({type: 'release.withdrawn'})
    await chart.released()
    expect(chart.value()).toBe('flushed')
  })
})

describe('a release nobody asked for', () => {
  test('cannot be withdrawn', async () => {
    const chart = await startLoaded()
    const before = chart.context()
    chart.actor.send({type: 'release.withdrawn'})
    expect({value: chart.value(), context: chart.context()}).toEqual({value: {hot: 'clean'}, context: before})
  })
})

describe('a release of what was never loaded', () => {
  const startUnread = async () => {
    const chart = start()
    chart.actor.send({type: 'open.requested'})
    await chart.loadFailed(unread)
    return chart
  }

  test.each(['loadFailed', 'readOnly'])('gives the memory back without a save, from %s', async (place) => {
    const chart = await startUnread()
    if (place === 'readOnly') {
      chart.actor.send({type: 'readOnly.requested'})
    }
    chart.actor.send({type: 'release.requested', reason: 'unload'})
    await chart.released()
    expect({value: chart.value(), saves: chart.saves.length}).toEqual({value: 'flushed', saves: 0})
  })

  test('is refused while edits wait for a load', async () => {
    const chart = await startUnread()
    chart.edit(1)
    chart.actor.send({type: 'release.requested', reason: 'unload'})
    expect({value: chart.value(), releases: chart.releases.length}).toEqual({value: 'loadFailed', releases: 0})
    expect(chart.emitted).toEqual([{type: 'release.refused', error: unread.report}])
  })

  test('is refused when the memory cannot be given back', async () => {
    const chart = await startUnread()
    chart.actor.send({type: 'release.requested', reason: 'unload'})
    await chart.notReleased(busy)
    expect(chart.value()).toBe('loadFailed')
    expect(chart.emitted).toEqual([{type: 'release.refused', error: busy.report}])
  })
})

test('the tests above reach every state and every transition of a release', () => {
  expect(coverage.missing().filter(isPartOfRelease)).toEqual([])
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

/** Its last save is under way. */
async function startEvicting() {
  const chart = await startLoaded()
  chart.actor.send({type: 'release.requested', reason: 'evict'})
  await chart.prepared()
  return chart
}
