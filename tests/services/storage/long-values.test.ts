import 'fake-indexeddb/auto'
import {describe, expect, test} from 'vitest'
import {localforageStorage} from '../../../src/localforage.ts'
import type {CommitId} from '../../../src/model/ids.ts'

/** Where Chromium begins to keep a value in a file of its own. */
const OWN_FILE_BYTES = 64 * 1024
const long = {words: '文'.repeat(200_000), more: [1, {deep: '\ud83d\ude00'.repeat(9_001)}]}

const partMark = '\0part\0'

let databases = 0

async function open() {
  databases += 1
  const name = `long-values-${databases}`
  return {name, port: await localforageStorage({name, heal: false}).open()}
}

describe('last words that are long', () => {
  test('are stored in parts so small that each outlives the page, and are read as one', async () => {
    const {name, port} = await open()
    expect(
      port.putNow?.([
        {key: 'leave/a/t', value: long},
        {key: 'leave/b/t', value: {short: true}},
      ]),
    ).toBe(true)
    const records = [
      {key: 'leave/a/t', value: long},
      {key: 'leave/b/t', value: {short: true}},
    ]
    expect(await port.readPrefix('leave/')).toEqual(records)
    expect(await port.read([{key: 'leave/a/t'}, {key: 'leave/b/t'}, {prefix: 'leave/a/'}])).toEqual([
      [records[0]],
      [records[1]],
      [records[0]],
    ])
    expect(await port.list('leave/')).toEqual(['leave/a/t', 'leave/b/t'])
    const sizes = (await rawValues(name)).map((value) => JSON.stringify(value).length * 2)
    expect(sizes.length).toBeGreaterThan(10)
    expect(Math.max(...sizes)).toBeLessThan(OWN_FILE_BYTES)
  })

  test.each([1e9, -1, Number.NaN, 2.5])(
    'whose number of parts is %s, which none of them has, are read as they are',
    async (partCount) => {
      const {port} = await open()
      const damaged = {key: 'leave/a/t', value: {partCount}}
      const group = {commitId: 'c' as CommitId, expect: {key: 'head/a', revision: 0}, puts: [damaged], deletes: []}
      await port.commit([group], {durability: 'relaxed'})
      expect(await port.readPrefix('leave/')).toEqual([damaged])
    },
  )

  test('leave nothing behind when they are replaced by shorter ones, or deleted', async () => {
    const {name, port} = await open()
    port.putNow?.([{key: 'leave/a/t', value: long}])
    port.putNow?.([{key: 'leave/a/t', value: {short: true}}])
    expect(await port.readPrefix('leave/')).toEqual([{key: 'leave/a/t', value: {short: true}}])
    expect(await rawValues(name)).toHaveLength(1)
    port.putNow?.([
      {key: 'leave/a/t', value: long},
      {key: 'leave/a/t2', value: {other: true}},
    ])
    const group = {commitId: 'c' as CommitId, expect: {key: 'head/a', revision: 0}, puts: [], deletes: ['leave/a/t']}
    await port.commit([group], {durability: 'relaxed'})
    expect(await port.readPrefix('')).toEqual([{key: 'leave/a/t2', value: {other: true}}])
    expect(await rawValues(name)).toHaveLength(1)
  })

  test('with a part missing are something unreadable, never half of it', async () => {
    const {name, port} = await open()
    port.putNow?.([{key: 'leave/a/t', value: long}])
    await deleteRaw(name, `leave/a/t${partMark}3`)
    const [record] = await port.readPrefix('leave/')
    expect(record).toEqual({key: 'leave/a/t', value: {partCount: expect.any(Number)}})
  })
})

async function rawValues(name: string): Promise<readonly unknown[]> {
  const db = await answer(indexedDB.open(name))
  const values = await answer(db.transaction('records').objectStore('records').getAll())
  db.close()
  return values
}

async function deleteRaw(name: string, key: string): Promise<void> {
  const db = await answer(indexedDB.open(name))
  await answer(db.transaction('records', 'readwrite').objectStore('records').delete(key))
  db.close()
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
