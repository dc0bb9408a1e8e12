import {describe, expect, test} from 'vitest'
import type {LockMode} from '../../src/model/tab-locks.ts'
import {browserTabLocks} from '../../src/services/tab-locks.ts'

const newName = () => `test-${crypto.randomUUID()}`
const ask = (name: string, mode: LockMode, signal = new AbortController().signal) =>
  browserTabLocks().acquire(name, {mode, signal})

describe('the locks of the browser', () => {
  test('one has a lock, another gets it when it is given back', async () => {
    const name = newName()
    const lock = await ask(name, 'free')
    expect(await ask(name, 'free')).toBeUndefined()
    const waiting = ask(name, 'wait')
    lock?.release()
    await lock?.ended
    const next = await waiting
    expect(next).toBeDefined()
    next?.release()
  })

  test('who is robbed hears of it', async () => {
    const name = newName()
    const lock = await ask(name, 'free')
    const thief = await ask(name, 'steal')
    await lock?.ended
    lock?.release()
    expect(await ask(name, 'free')).toBeUndefined()
    thief?.release()
    await thief?.ended
    expect(await ask(name, 'free')).toBeDefined()
  })

  test('a wait that is aborted ends with nothing, and one aborted before it began asks for nothing', async () => {
    const name = newName()
    const lock = await ask(name, 'free')
    const patience = new AbortController()
    const waiting = ask(name, 'wait', patience.signal)
    patience.abort()
    expect(await waiting).toBeUndefined()
    for (const mode of ['free', 'wait', 'steal'] as const) {
      expect(await ask(name, mode, patience.signal)).toBeUndefined()
    }
    lock?.release()
    await lock?.ended
    expect(await ask(name, 'free')).toBeDefined()
  })
})
