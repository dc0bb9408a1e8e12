import {describe, expect, test} from 'vitest'
import type {CommitId} from '../../../src/model/ids.ts'
import {deviceKey, forgetDeviceKey} from '../../../src/services/storage/device-key.ts'
import {encryptedStorage} from '../../../src/services/storage/encrypted-storage.ts'
import {localforageStorage} from '../../../src/services/storage/localforage-storage.ts'

const committed = (key: string, title: string) => ({
  commitId: 'c' as CommitId,
  expect: {key, revision: 0},
  puts: [{key, value: {revision: 1, commitId: 'c', title}}],
  deletes: [],
})

describe(deviceKey.name, () => {
  test('makes one key for each name, which no script can read', async () => {
    const name = crypto.randomUUID()
    const keys = await Promise.all([deviceKey(name), deviceKey(name), deviceKey(crypto.randomUUID())])
    await expect(crypto.subtle.exportKey('raw', keys[0])).rejects.toThrow()
    const iv = new Uint8Array(12)
    const secret = await crypto.subtle.encrypt({name: 'AES-GCM', iv}, keys[0], new Uint8Array([7]))
    const opened = await crypto.subtle.decrypt({name: 'AES-GCM', iv}, keys[1], secret)
    expect([...new Uint8Array(opened)]).toEqual([7])
    await expect(crypto.subtle.decrypt({name: 'AES-GCM', iv}, keys[2], secret)).rejects.toThrow()
  })

  test('is another one after it was forgotten', async () => {
    const name = crypto.randomUUID()
    const iv = new Uint8Array(12)
    const secret = await crypto.subtle.encrypt({name: 'AES-GCM', iv}, await deviceKey(name), new Uint8Array([7]))
    await forgetDeviceKey(name)
    await expect(crypto.subtle.decrypt({name: 'AES-GCM', iv}, await deviceKey(name), secret)).rejects.toThrow()
  })

  test('keeps what IndexedDB holds unreadable, last words included, until it is asked for again', async () => {
    const name = `encrypted-${crypto.randomUUID()}`
    const target = encryptedStorage(localforageStorage({name, heal: false}), {key: () => deviceKey(name)})
    const port = await target.open()
    await port.commit([committed('head/a', 'a secret')], {durability: 'strict'})
    expect(port.putNow?.([{key: 'leave/a', value: {words: 'a last secret'}}], {isLast: true})).toBe(true)
    await port.close()

    const raw = await localforageStorage({name, heal: false}).open()
    expect(await raw.list('')).toEqual(['encryption/default', 'head/a', 'leave/a'])
    expect(JSON.stringify(await raw.readPrefix(''))).not.toContain('secret')
    await raw.close()

    const again = await target.open()
    expect(JSON.stringify(await again.readPrefix(''))).toMatch(/a secret.*a last secret/)
    await again.close()
    const other = encryptedStorage(localforageStorage({name, heal: false}), {key: () => deviceKey(`${name}-lost`)})
    await expect(other.open()).rejects.toMatchObject({code: 'storage.locked'})
  })
})
