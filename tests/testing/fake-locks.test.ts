import {describe, expect, test} from 'vitest'
import type {LockMode, TabLocks} from '../../src/model/tab-locks.ts'
import {createFakeLocks} from '../../src/testing/fake-locks.ts'

const ask = (locks: TabLocks, mode: LockMode, signal = new AbortController().signal) =>
  locks.acquire('w', {mode, signal})

/** Whether a promise is settled once all microtasks that lie ahead of it have run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let is = false
  void promise.then(() => {
    is = true
  })
  await new Promise<void>((resolve) => setImmediate(resolve))
  return is
}

describe(createFakeLocks.name, () => {
  test('one tab has a lock, another gets it when it is given back, in the order of asking', async () => {
    const newTab = createFakeLocks()
    const [first, second, third] = [newTab(), newTab(), newTab()]
    const lock = await ask(first, 'free')
    expect(await ask(second, 'free')).toBeUndefined()
    const waiting = ask(second, 'wait')
    const behind = ask(third, 'wait')
    expect(await isSettled(waiting)).toBe(false)
    lock?.release()
    lock?.release()
    expect(await isSettled(waiting)).toBe(true)
    expect(await isSettled(behind)).toBe(false)
  })

  test('who is robbed hears of it, and what it gives back later is not the lock of the other', async () => {
    const newTab = createFakeLocks()
    const [first, second, third] = [newTab(), newTab(), newTab()]
    const lock = await ask(first, 'free')
    const stolen = await ask(second, 'steal')
    expect(await isSettled(lock?.ended ?? Promise.reject())).toBe(true)
    lock?.release()
    expect(await ask(third, 'free')).toBeUndefined()
    expect(await isSettled(stolen?.ended ?? Promise.reject())).toBe(false)
  })

  test('a wait that is aborted ends with nothing, and leaves its place in the queue', async () => {
    const newTab = createFakeLocks()
    const [first, second, third] = [newTab(), newTab(), newTab()]
    const lock = await ask(first, 'free')
    const patience = new AbortController()
    const waiting = ask(second, 'wait', patience.signal)
    const behind = ask(third, 'wait')
    await isSettled(behind)
    patience.abort()
    expect(await waiting).toBeUndefined()
    lock?.release()
    expect(await isSettled(behind)).toBe(true)
  })

  test('a tab that is gone holds nothing and waits for nothing', async () => {
    const newTab = createFakeLocks()
    const [first, second, third] = [newTab(), newTab(), newTab()]
    await ask(first, 'free')
    void ask(second, 'wait')
    const last = ask(third, 'wait')
    await isSettled(last)
    second.end()
    first.end()
    expect(await isSettled(last)).toBe(true)
  })
})
