import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import type {Time} from '../../src/model/time.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {seededRandom} from '../kill/random.ts'
import {note} from '../support/definitions.ts'
import {createWorkspaces, finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

/** How long somebody types. */
const SIMULATED_MS = 240_000

describe('an edit is durable', () => {
  test('within 1.2 seconds in 99 of 100 cases while a person types and storage takes its time', async () => {
    const {p50, p99, count} = await measure({})
    expect(count).toBeGreaterThan(1_000)
    expect(p99).toBeLessThanOrEqual(1_200)
    expect(p50).toBeLessThanOrEqual(1_000)
  }, 60_000)

  test('within the bound an app sets', async () => {
    const {p99} = await measure({pacing: {maxWaitMs: 400, atRiskMs: 600}})
    expect(p99).toBeLessThanOrEqual(600)
  }, 60_000)
})

describe('the number of edits that exist only in memory', () => {
  test('counts everything where storage is gone with the page, also what has left the runtime', async () => {
    const {keepspace, time} = await startKeepspace({
      storage: {name: 'missing', open: () => Promise.reject(new KeepspaceError('storage.unavailable'))},
    })
    await createWorkspaces(keepspace, ['a', 'b', 'c'], time)
    const at = time.now()
    keepspace.activate('a').add(note, {id: 'n1', state: {text: 'saved into memory'}})
    await time.advanceAsync(3_000)
    expect(keepspace.getStatus('a').save).toBe('saved')
    const saved = keepspace.getWorkAtRisk()
    expect(saved.workspaces).toBe(3)
    expect(saved.since).toBeLessThanOrEqual(at)
    expect(keepspace.getHealth().atRisk).toEqual(saved)
    keepspace.workspace('a').component(note, 'n1').set({text: 'more'})
    await time.advanceAsync(3_000)
    expect(keepspace.getWorkAtRisk()).toEqual({...saved, edits: saved.edits + 1})
    await finish(time, keepspace.unload('a'))
    expect(keepspace.getWorkAtRisk()).toEqual({...saved, edits: 3})
  })

  test('counts a part that cannot be saved, since it was edited, until it can', async () => {
    const {keepspace, time, component} = await startWithNote({isDevelopment: false, maxRecordBytes: 2_000})
    const at = time.now()
    component.set({text: 'x'.repeat(5_000)})
    await time.advanceAsync(3_000)
    expect(keepspace.getStatus('a').save).toBe('unsaved')
    expect(keepspace.getWorkAtRisk()).toEqual({workspaces: 1, edits: 1, since: at})
    component.set({text: 'y'.repeat(5_000)})
    await time.advanceAsync(3_000)
    expect(keepspace.getWorkAtRisk()).toEqual({workspaces: 1, edits: 1, since: at})
    component.set({text: 'short enough'})
    await time.advanceAsync(3_000)
    expect(keepspace.getWorkAtRisk()).toEqual({workspaces: 0, edits: 0, since: undefined})
  })

  test('counts what is typed at the very moment a workspace leaves memory', async () => {
    const {keepspace, time, component} = await startWithNote()
    const seen: unknown[] = []
    keepspace.on('workspace_runtime_evicted', () => {
      component.set({text: 'typed while it left'})
      seen.push(keepspace.getWorkAtRisk())
    })
    await keepspace.unload('a')
    expect(seen).toEqual([{workspaces: 1, edits: 1, since: undefined}])
    await time.advanceAsync(2_000)
    expect(keepspace.getWorkAtRisk().workspaces).toBe(0)
  })
})

/** Types for some simulated minutes, in bursts, over a storage of 2 to 150 ms, and sees when each edit is durable. */
async function measure(options: Parameters<typeof startWithNote>[0]) {
  const random = seededRandom('work at risk')
  const clock: {time?: Time} = {}
  const now = () => clock.time?.now() ?? 0
  const madeAt = new Map<string, number>()
  const waits: number[] = []
  const target = slowly(memoryStorage({isPersistent: true}), clock, random.next, (text) => {
    for (const [made, at] of madeAt) {
      if (Number(made) <= Number(text)) {
        waits.push(now() - at)
        madeAt.delete(made)
      }
    }
  })
  const started = await startWithNote({
    target,
    wrapTime: (time) => {
      clock.time = time
      return time
    },
    ...options,
  })
  const {advanceAsync: advance} = started.time
  let count = 0
  for (const endsAt = now() + SIMULATED_MS; now() < endsAt; ) {
    for (let letters = random.between(1, 60); letters > 0; letters -= 1) {
      count += 1
      madeAt.set(String(count), now())
      started.workspace.component(note, 'n1').set({text: String(count)})
      await advance(random.between(20, 180))
    }
    await advance(random.between(0, 3_000))
  }
  await advance(5_000)
  expect(madeAt.size).toBe(0)
  waits.sort((a, b) => a - b)
  const at = (share: number) => waits[Math.floor(waits.length * share)] ?? 0
  return {p50: at(0.5), p99: at(0.99), count}
}

/** A storage whose commits take 2 to 150 ms, mostly little, and which tells what they made durable. */
function slowly(
  target: StorageTarget,
  clock: {readonly time?: Time},
  next: () => number,
  stored: (text: string) => void,
): StorageTarget {
  return {
    name: target.name,
    open: async () => {
      const port = await target.open()
      return {
        ...port,
        commit: async (groups, options) => {
          const latencyMs = 2 + 148 * next() ** 4
          await new Promise<void>((resolve) => void clock.time?.setTimeout(resolve, latencyMs))
          const results = await port.commit(groups, options)
          for (const {key, value} of groups.flatMap(({puts}) => puts)) {
            if (key.endsWith('/n1/state')) {
              stored((JSON.parse((value as {json: string}).json) as {text: string}).text)
            }
          }
          return results
        },
      }
    },
  }
}
