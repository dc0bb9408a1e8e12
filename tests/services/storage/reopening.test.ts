import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import {startLimit} from '../../../src/services/storage/call-limit.ts'
import {keepConnected} from '../../../src/services/storage/reopening.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'

const lost = new KeepspaceError('storage.lost', 'AbortError')

describe(keepConnected.name, () => {
  test('a transaction that is lost is run again on a new connection', async () => {
    const {connection, opened, limit} = start()
    const answers = [Promise.reject(lost), Promise.resolve('answer')]
    expect(await connection.run(() => ({done: answers.shift() ?? Promise.reject(lost), abort}), limit)).toBe('answer')
    expect(opened.map(({isClosed}) => isClosed)).toEqual([true, false])
  })

  test('one that is lost three times rejects with its last error', async () => {
    const {connection, opened, limit} = start()
    let runs = 0
    const run = connection.run(() => {
      runs += 1
      return {done: Promise.reject(lost), abort}
    }, limit)
    await expect(run).rejects.toBe(lost)
    expect(runs).toBe(3)
    expect(opened.map(({isClosed}) => isClosed)).toEqual([true, true, true])
  })

  test('any other failure is not tried again and keeps the connection', async () => {
    const {connection, opened, limit} = start()
    const quota = new KeepspaceError('storage.quota')
    await expect(connection.run(() => ({done: Promise.reject(quota), abort}), limit)).rejects.toBe(quota)
    expect(opened.map(({isClosed}) => isClosed)).toEqual([false])
  })

  test('a reopening that stays silent is given up after its own time-out, and what it opens late is closed', async () => {
    const {connection, opened, limit, time, silence} = start()
    opened[0]?.onclose()
    const speak = silence()
    const run = connection.run(() => ({done: Promise.resolve('answer'), abort}), limit)
    await time.advanceAsync(1_000)
    await time.advanceAsync(100)
    expect(await run).toBe('answer')
    speak()
    await time.settle()
    expect(opened.map(({isClosed}) => isClosed)).toEqual([true, false, true])
  })

  test('a connection that comes after close is closed', async () => {
    const {connection, opened, time, silence} = start()
    opened[0]?.onclose()
    const speak = silence()
    const run = connection.run(() => ({done: Promise.resolve('answer'), abort}), startLimit(time, 500))
    time.advance(500)
    await expect(run).rejects.toMatchObject({code: 'storage.timeout'})
    connection.close()
    speak()
    await time.settle()
    expect(opened.map(({isClosed}) => isClosed)).toEqual([true, true])
  })
})

class FakeDatabase {
  isClosed = false
  onclose = () => {}
  onversionchange = () => {}
  close() {
    this.isClosed = true
  }
}

function abort(): void {}

function start() {
  const time = createSimulatedTime()
  const opened: FakeDatabase[] = []
  let held: Promise<void> | undefined
  const open = async () => {
    const waitFor = held
    held = undefined
    await waitFor
    const database = new FakeDatabase()
    opened.push(database)
    return database as unknown as IDBDatabase
  }
  /** The next opening waits until the answer is called. */
  const silence = () => {
    let speak = () => {}
    held = new Promise((resolve) => {
      speak = resolve
    })
    return speak
  }
  const first = new FakeDatabase()
  opened.push(first)
  const slot = {db: first as unknown as IDBDatabase}
  const connection = keepConnected({slot, open, openTimeoutMs: 1_000, time})
  return {connection, opened, time, silence, limit: startLimit(time, 60_000)}
}
