import {afterEach, describe, expect, test} from 'vitest'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {startWorkspaceChart} from '../support/workspace-chart.ts'

const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('a person who edits every 100 ms for a minute', () => {
  test('has a save begun at the longest wait after the first unsaved edit, and no sooner', async () => {
    const {agesAtSaveStart, saveCount} = await editForAMinute({saveTakesMs: 0})
    expect(new Set(agesAtSaveStart)).toEqual(new Set([defaultPacing.maxWaitMs]))
    // Each save carries all edits; the next wait begins with the next edit.
    expect(saveCount).toBe(Math.floor(60_000 / (defaultPacing.maxWaitMs + 100)))
  })

  test('never has work older than what may be at risk once the cost of a save is known', async () => {
    const {agesAtSaveEnd, agesAtSaveStart} = await editForAMinute({saveTakesMs: 400})
    const settled = Math.floor(agesAtSaveEnd.length / 2)
    expect(Math.max(...agesAtSaveEnd.slice(settled))).toBeLessThanOrEqual(defaultPacing.atRiskMs + 1)
    expect(Math.max(...agesAtSaveStart)).toBe(defaultPacing.maxWaitMs)
  })
})

describe('the quiet time', () => {
  test('grows with the measured cost of saves, up to the longest wait, and shrinks again', async () => {
    const chart = await startLoaded()
    expect(await quietTimesMs(chart, [100, 100, 100, 400, 0, 0, 0, 0, 0, 0, 0])).toEqual([
      300, 300, 510, 657, 1_000, 1_000, 814, 570, 399, 300, 300,
    ])
  })

  test('is at least the usual one, however dear saves are', async () => {
    const chart = await startLoaded()
    const quiet = await quietTimesMs(
      chart,
      Array.from({length: 20}, () => 5_000),
    )
    expect(quiet.at(-1)).toBe(defaultPacing.debounceMs)
  })
})

type Chart = ReturnType<typeof startWorkspaceChart>

async function startLoaded(): Promise<Chart> {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const chart = startWorkspaceChart({inspect: watcher.inspect})
  chart.actor.send({type: 'open.requested'})
  await chart.loaded()
  return chart
}

/** How long each of some lone edits waits for its save, when that save then takes as long as given. */
async function quietTimesMs(chart: Chart, costsMs: readonly number[]): Promise<readonly number[]> {
  const quiet: number[] = []
  for (const [index, durationMs] of costsMs.entries()) {
    const editedAt = chart.time.now()
    chart.edit(index + 1)
    while (chart.saves.length === index && chart.time.now() - editedAt < 10_000) {
      chart.time.advance(1)
    }
    quiet.push(chart.time.now() - editedAt)
    chart.time.advance(durationMs)
    await chart.saved(index + 1, {durationMs})
  }
  return quiet
}

/** An edit each 100 ms; a save carries what was edited before it began. Ages are those of the oldest work it carries. */
async function editForAMinute({saveTakesMs}: {readonly saveTakesMs: number}) {
  const chart = await startLoaded()
  const agesAtSaveStart: number[] = []
  const agesAtSaveEnd: number[] = []
  const editedAt = new Map<number, number>()
  let durable = 0
  let running: {version: number; startedAt: number} | undefined
  const oldestAge = () => chart.time.now() - Math.min(...editedAt.values())

  for (let now = 0; now <= 60_000; now++) {
    if (now % 100 === 0) {
      const version = now / 100 + 1
      editedAt.set(version, now)
      chart.edit(version)
    }
    if (running === undefined && chart.saves.length > durable) {
      durable = chart.saves.length
      running = {version: Math.max(...editedAt.keys()), startedAt: now}
      agesAtSaveStart.push(oldestAge())
    }
    if (running !== undefined && now - running.startedAt >= saveTakesMs) {
      const {version} = running
      running = undefined
      agesAtSaveEnd.push(oldestAge())
      for (const saved of [...editedAt.keys()].filter((edited) => edited <= version)) {
        editedAt.delete(saved)
      }
      await chart.saved(version, {durationMs: saveTakesMs})
    }
    chart.time.advance(1)
  }
  return {agesAtSaveStart, agesAtSaveEnd, saveCount: chart.saves.length}
}
