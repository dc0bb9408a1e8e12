import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import type {Mended} from '../../../src/model/storage-port.ts'
import {createMending} from '../../../src/services/storage/mending.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'

const full = new KeepspaceError('storage.quota', 'UnknownError')
const lost = new KeepspaceError('storage.lost', 'UnknownError')
const refusal = new DOMException('Internal error.', 'UnknownError')

describe(createMending.name, () => {
  test('a doubt is over half a second after a heal that works', async () => {
    const {mending, time, ended, heals} = start()
    mending.failed(lost)
    await time.advanceAsync(499)
    expect({heals, ended}).toEqual({heals: ['data-heal'], ended: []})
    await time.advanceAsync(1)
    expect(ended).toEqual(['atOnce'])
    await expect(mending.assertMended()).resolves.toBeUndefined()
    expect(heals).toHaveLength(1)
  })

  test('one that cannot be healed is tried again after longer and longer pauses, each time beside what may be blocked', async () => {
    const {mending, time, ended, heals, refuse} = start()
    refuse(5)
    mending.failed(lost)
    await time.settle()
    const starts = [time.now()]
    for (let heal = 1; heal < 6; heal += 1) {
      for (const seen = heals.length; heals.length === seen; ) {
        await time.advanceAsync(500)
      }
      starts.push(time.now())
    }
    expect(starts).toEqual([0, 1_000, 3_000, 7_000, 15_000, 25_000])
    expect(heals).toEqual(['data-heal', 'data-heal-1', 'data-heal-2', 'data-heal-3', 'data-heal', 'data-heal-1'])
    await time.advanceAsync(500)
    expect(ended).toEqual(['afterTrouble'])
  })

  test('a heal that failed at the launch is tried again at once, beside the scratch database that may be blocked', async () => {
    const {mending, time, ended, heals, refuse} = start()
    refuse(1)
    const mended = mending.doubtFailedHeal()
    await time.settle()
    expect({doubts: mending.doubts, heals, pending: time.pending()}).toEqual({
      doubts: 1,
      heals: ['data-heal-1'],
      pending: [2_000],
    })
    await time.advanceAsync(2_500)
    expect(await mended).toBe('afterTrouble')
    expect({heals, ended}).toEqual({heals: ['data-heal-1', 'data-heal-2'], ended: ['afterTrouble']})
  })

  test('a write waits for the heal, and is tried all the same when that fails', async () => {
    const {mending, time, refuse} = start()
    refuse(1)
    mending.failed(full)
    await mending.before()
    const order: string[] = []
    const waiting = mending.before().then(() => order.push('write'))
    await time.advanceAsync(499)
    order.push('half a second')
    await time.advanceAsync(1)
    await waiting
    expect(order).toEqual(['half a second', 'write'])
  })

  test('until then nothing counts, and people hear of the full disk whatever storage says of itself', async () => {
    const {mending, refuse} = start()
    refuse(2)
    mending.failed(full)
    await expect(mending.assertMended()).rejects.toMatchObject({code: 'storage.quota', detail: 'UnknownError'})
    expect(mending.explain(lost).code).toBe('storage.quota')
  })

  test('a failure during a heal is healed once more: the first one was too early for it', async () => {
    const {mending, time, ended, heals} = start()
    mending.failed(lost)
    await time.advanceAsync(300)
    mending.failed(lost)
    await time.advanceAsync(200)
    expect({heals: heals.length, ended}).toEqual({heals: 2, ended: []})
    await time.advanceAsync(500)
    expect(ended).toEqual(['atOnce'])
  })

  test.each([
    ['a time-out', new KeepspaceError('storage.timeout')],
    ['a value that cannot be cloned', new KeepspaceError('storage.unavailable', 'DataCloneError')],
    ['a connection that was closed before', new KeepspaceError('storage.lost', 'InvalidStateError')],
  ])('%s has torn nothing', async (_, error) => {
    const {mending, heals} = start()
    mending.failed(error)
    expect({doubts: mending.doubts, heals}).toEqual({doubts: 0, heals: []})
  })

  test('closed, it heals no more', async () => {
    const {mending, time, heals, refuse} = start()
    refuse(1)
    mending.failed(lost)
    await time.settle()
    mending.close()
    mending.doubt()
    await time.advanceAsync(60_000)
    expect(heals).toHaveLength(1)
    expect(time.pending()).toEqual([])
  })
})

function start() {
  const time = createSimulatedTime()
  const heals: string[] = []
  const ended: Mended[] = []
  let refusals = 0
  const mending = createMending({
    name: 'data',
    time,
    heal: async (scratchName) => {
      heals.push(scratchName)
      if (refusals > 0) {
        refusals -= 1
        throw refusal
      }
    },
  })
  mending.onDoubted((mended) => void mended.then((how) => ended.push(how)))
  const refuse = (times: number) => {
    refusals = times
  }
  return {mending, time, heals, ended, refuse}
}
