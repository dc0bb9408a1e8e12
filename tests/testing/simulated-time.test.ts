import {describe, expect, test} from 'vitest'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'

describe(createSimulatedTime.name, () => {
  test('stands still until it is moved', () => {
    const time = createSimulatedTime(5_000)
    expect(time.now()).toBe(5_000)
    time.advance(250)
    expect(time.now()).toBe(5_250)
  })

  test('timers run at their own time, in order, those of one instant in the order they were set', () => {
    const {time, fired, set} = start()
    set('c', 30)
    set('a', 10)
    set('b1', 20)
    set('b2', 20)
    time.advance(29)
    expect(fired).toEqual(['a@10', 'b1@20', 'b2@20'])
    expect({now: time.now(), pending: time.pending()}).toEqual({now: 29, pending: [30]})
    time.advance(1)
    expect(fired).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30'])
  })

  test('timers set by timers run within the same advance when they fall due, and not when they do not', () => {
    const {time, fired, set} = start()
    const tick = () => {
      fired.push(`tick@${time.now()}`)
      time.setTimeout(tick, 10)
    }
    time.setTimeout(tick, 10)
    set('between', 25)
    time.advance(35)
    expect(fired).toEqual(['tick@10', 'tick@20', 'between@25', 'tick@30'])
    expect(time.pending()).toEqual([40])
  })

  test('a timer that another one clears does not run, and unknown handles are ignored', () => {
    const {time, fired, set} = start()
    const victim = time.setTimeout(() => fired.push('victim'), 20)
    time.setTimeout(() => time.clearTimeout(victim), 10)
    set('after', 20)
    time.clearTimeout('unknown')
    time.advance(100)
    expect(fired).toEqual(['after@20'])
  })

  test('advance(0) runs what is due now', () => {
    const {time, fired, set} = start()
    set('now', 0)
    set('past', -5)
    time.advance(0)
    expect(fired).toEqual(['now@0', 'past@0'])
  })

  test('advanceAsync lets promises settle before the first and after each timer, so that they can set the next', async () => {
    const {time, fired} = start()
    const sleep = (ms: number) => new Promise<void>((resolve) => void time.setTimeout(resolve, ms))
    const work = async () => {
      await deep()
      for (let round = 0; round < 3; round++) {
        await sleep(10)
        await deep()
        fired.push(`round ${round}@${time.now()}`)
      }
    }
    void work()
    await time.advanceAsync(25)
    expect(fired).toEqual(['round 0@10', 'round 1@20'])
    await time.advanceAsync(5)
    expect(fired).toEqual(['round 0@10', 'round 1@20', 'round 2@30'])
    expect(time.now()).toBe(30)
  })

  test('settle lets promises settle and moves no clock', async () => {
    const {time, fired, set} = start()
    set('later', 1)
    void deep().then(() => fired.push('deep'))
    await time.settle()
    expect({fired, now: time.now()}).toEqual({fired: ['deep'], now: 0})
  })

  test('a timer that sets itself again at the same instant for ever fails the test instead of hanging it', async () => {
    const {time} = start()
    const again = () => void time.setTimeout(again, 0)
    again()
    expect(() => time.advance(1)).toThrow('a timer sets itself again')
  })

  test('many timers over a long time are no loop', () => {
    const {time} = start()
    let count = 0
    const tick = () => {
      count += 1
      time.setTimeout(tick, 1_000)
    }
    time.setTimeout(tick, 1_000)
    time.advance(86_400_000)
    expect(count).toBe(86_400)
  })
})

/** A chain of many microtasks. */
async function deep(): Promise<void> {
  for (let level = 0; level < 50; level++) {
    await undefined
  }
}

function start() {
  const time = createSimulatedTime()
  const fired: string[] = []
  const set = (name: string, delayMs: number) => time.setTimeout(() => fired.push(`${name}@${time.now()}`), delayMs)
  return {time, fired, set}
}
