import {describe, expect, test} from 'vitest'
import type {MemoryProbe} from '../../../src/model/memory.ts'
import {heapProbe, userAgentProbe} from '../../../src/services/memory-probe/browser-probes.ts'
import {
  defaultMemoryEstimate,
  type MemoryEstimate,
  readMemory,
} from '../../../src/services/memory-probe/memory-probe.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'

const MEGABYTE = 1_048_576
const residents = {runtimeCount: 2, componentCount: 3, ownBytes: 500}
const heap: MemoryProbe = {source: 'heap', measure: async () => ({usedBytes: 7, limitBytes: 70})}
const absent: MemoryProbe = {source: 'userAgent', measure: async () => undefined}

describe(readMemory.name, () => {
  test('takes the first source that answers, and says which one', async () => {
    const electron: MemoryProbe = {source: 'electron', measure: async () => ({usedBytes: 1, limitBytes: 2})}
    expect(await read([absent, heap, electron])).toEqual({
      source: 'heap',
      usedBytes: 7,
      limitBytes: 70,
      ...residents,
      atMs: 5,
    })
  })

  test.each<[string, MemoryProbe['measure']]>([
    ['rejects', () => Promise.reject(new Error('not isolated'))],
    [
      'throws',
      () => {
        throw new Error('no such thing')
      },
    ],
    ['knows no limit', async () => ({usedBytes: 3, limitBytes: 0})],
  ])('passes over a source that %s', async (_, measure) => {
    expect((await read([{source: 'userAgent', measure}, heap])).source).toBe('heap')
  })

  test('passes over a source that gives no answer, after twenty seconds', async () => {
    const time = createSimulatedTime(5)
    const silent: MemoryProbe = {source: 'userAgent', measure: () => new Promise(() => undefined)}
    const reading = readMemory([silent, heap], {time, residents: () => residents, estimate: undefined})
    await time.advanceAsync(20_000)
    expect(await reading).toMatchObject({source: 'heap', atMs: 20_005})
    expect(time.pending()).toEqual([])
  })

  test('estimates where nothing can be measured, from counts or from the size of the records', async () => {
    const measured = {...defaultMemoryEstimate, usesRecordSizes: true}
    expect([await read([absent]), await read([absent], measured)]).toMatchObject([
      {source: 'estimate', usedBytes: (100 + 2 * 15 + 3 * 5) * MEGABYTE, limitBytes: 2_048 * MEGABYTE},
      {source: 'estimate', usedBytes: 100 * MEGABYTE + 500},
    ])
  })

  test('only counts where even an estimate is not wanted', async () => {
    expect(await read([absent], 'none')).toEqual({
      source: 'count',
      usedBytes: undefined,
      limitBytes: undefined,
      ...residents,
      atMs: 5,
    })
  })
})

describe('the sources of a browser', () => {
  const memory = {usedJSHeapSize: 10, jsHeapSizeLimit: 100}

  test('are the whole page where it is isolated, limited by the heap', async () => {
    const measureUserAgentSpecificMemory = async () => ({bytes: 30})
    expect([
      await userAgentProbe({memory, measureUserAgentSpecificMemory}).measure(),
      await userAgentProbe({measureUserAgentSpecificMemory}).measure(),
      await userAgentProbe({memory}).measure(),
    ]).toEqual([{usedBytes: 30, limitBytes: 100}, {usedBytes: 30, limitBytes: 2_048 * MEGABYTE}, undefined])
  })

  test('are the heap where the browser tells it', async () => {
    expect([await heapProbe({memory}).measure(), await heapProbe({}).measure()]).toEqual([
      {usedBytes: 10, limitBytes: 100},
      undefined,
    ])
  })
})

async function read(probes: readonly MemoryProbe[], estimate: MemoryEstimate | 'none' = defaultMemoryEstimate) {
  return readMemory(probes, {
    time: createSimulatedTime(5),
    residents: () => residents,
    estimate: estimate === 'none' ? undefined : estimate,
  })
}
