import {describe, expect, test, vi} from 'vitest'
import type {Keepspace} from '../../../src/model/handles.ts'
import type {CommitId} from '../../../src/model/ids.ts'
import type {StorageTarget} from '../../../src/model/storage-port.ts'
import {encryptedStorage} from '../../../src/services/storage/encrypted-storage.ts'
import {memoryStorage} from '../../../src/services/storage/memory-storage.ts'
import type {SimulatedTime} from '../../../src/testing/simulated-time.ts'
import {testStorageContract} from '../../../src/testing/storage-contract.ts'
import {startKeepspace, startWithNote} from '../../support/start-keepspace.ts'

const newKey = () => crypto.subtle.generateKey({name: 'AES-GCM', length: 256}, false, ['encrypt', 'decrypt'])

const dumpOf = async (target: StorageTarget) => JSON.stringify(await (await target.open()).readPrefix(''))

async function startEncrypted() {
  const disk = memoryStorage({isPersistent: true})
  const key = await newKey()
  const target = encryptedStorage(disk, {key: () => key})
  const started = await startWithNote({target})
  started.component.set({text: 'a secret'})
  await settled(started)
  return {...started, disk, key, target}
}

/** WebCrypto answers from other threads, late on a busy machine: the clock goes on slowly until then. */
async function goOn(time: SimulatedTime, isDone: () => boolean) {
  await vi.waitFor(
    async () => {
      await time.advanceAsync(1)
      expect(isDone()).toBe(true)
    },
    {timeout: 20_000, interval: 2},
  )
}

async function settled({keepspace, time}: Awaited<ReturnType<typeof startWithNote>>) {
  await time.advanceAsync(400)
  await goOn(time, () => keepspace.getStatus('a').save === 'saved')
}

async function opened(keepspace: Keepspace, time: SimulatedTime) {
  await goOn(time, () => keepspace.getSnapshot().storage.phase !== 'opening')
}

describe(encryptedStorage.name, () => {
  testStorageContract({test, expect}, async () => {
    const key = await newKey()
    return encryptedStorage(memoryStorage(), {key: () => key})
  })

  test('stores nothing that can be read without the key, and reads it with the key', async () => {
    const {disk, target, again, time} = await startEncrypted()
    expect(await dumpOf(disk)).not.toMatch(/a secret|Entry|"title"|"text"/)
    expect(await dumpOf(target)).toContain('a secret')
    const reloaded = await again()
    await opened(reloaded, time)
    expect(reloaded.getSnapshot().storage.phase).toBe('ready')
    await reloaded.whenStarted()
    const {file} = await reloaded.files.export()
    expect(JSON.stringify(file)).toContain('a secret')
  })

  test.each([
    ['another key', newKey],
    ['no key at all', () => Promise.reject(new Error('gone'))],
  ])('with %s says so, and leaves everything as it is', async (_, key) => {
    const {disk, again, time, events} = await startEncrypted()
    const before = await dumpOf(disk)
    const locked = await again({storage: encryptedStorage(disk, {key})})
    await opened(locked, time)
    expect(locked.getSnapshot().storage).toMatchObject({
      phase: 'memoryOnly',
      isPersistent: false,
      error: {code: 'storage.locked'},
    })
    await time.advanceAsync(5_000)
    expect(await dumpOf(disk)).toBe(before)
    expect(events.map(({type}) => type)).not.toContain('restore.emptied')
  })

  test('encrypts last words before they are written, and what comes after them comes after them', async () => {
    const disk = memoryStorage()
    const key = await newKey()
    const port = await encryptedStorage(disk, {key: () => key}).open()
    expect(port.putNow?.([{key: 'leave/a', value: {text: 'x'.repeat(1_000_000)}}], {isLast: true})).toBe(true)
    await port.commit(
      [{commitId: 'c' as CommitId, expect: {key: 'head/a', revision: 0}, puts: [], deletes: ['leave/a']}],
      {durability: 'relaxed'},
    )
    expect(await port.list('')).toEqual([])
  })

  test('keeps what was stored before readable, and encrypts it with the next write', async () => {
    const disk = memoryStorage()
    const plain = await disk.open()
    plain.putNow?.([{key: 'head/a', value: {revision: 1, commitId: 'c', title: 'plain'}}])
    const key = await newKey()
    const port = await encryptedStorage(disk, {key: () => key}).open()
    expect(await port.readPrefix('')).toEqual([{key: 'head/a', value: {revision: 1, commitId: 'c', title: 'plain'}}])
    const value = {revision: 2, commitId: 'd', title: 'hidden'}
    const group = {commitId: 'd' as CommitId, expect: {key: 'head/a', revision: 1}, puts: [{key: 'head/a', value}]}
    await port.commit([{...group, deletes: []}], {durability: 'relaxed'})
    expect(await dumpOf(disk)).not.toMatch(/plain|hidden/)
  })

  test.each(['moved to another key', 'given another revision', 'changed by one character'])(
    'does not open a value that was %s',
    async (tampering) => {
      const disk = memoryStorage()
      const key = await newKey()
      const port = await encryptedStorage(disk, {key: () => key}).open()
      const value = {revision: 1, commitId: 'c', title: 'A'}
      const group = {commitId: 'c' as CommitId, expect: {key: 'head/a', revision: 0}, puts: [{key: 'head/a', value}]}
      await port.commit([{...group, deletes: []}], {durability: 'relaxed'})
      const raw = await disk.open()
      const [stored] = await raw.readPrefix('head/a')
      const sealed = stored?.value as {data: string; revision: number}
      const moved = tampering === 'moved to another key' ? 'head/b' : 'head/a'
      const changed = {
        ...sealed,
        ...(tampering === 'given another revision' && {revision: 7}),
        ...(tampering === 'changed by one character' && {
          data: `${sealed.data.startsWith('A') ? 'B' : 'A'}${sealed.data.slice(1)}`,
        }),
      }
      raw.putNow?.([{key: moved, value: changed}])
      expect(await port.read([{key: moved}])).toEqual([[{key: moved, value: changed}]])
    },
  )

  test('of two people on one device neither opens the other’s', async () => {
    const disk = memoryStorage({isPersistent: true})
    const [ada, bob] = await Promise.all([newKey(), newKey()])
    const first = await startKeepspace({target: encryptedStorage(disk, {key: () => ada, keyName: 'ada'}), scope: 'ada'})
    const second = await startKeepspace({
      target: encryptedStorage(disk, {key: () => bob, keyName: 'bob'}),
      scope: 'bob',
    })
    for (const {keepspace, time} of [first, second]) {
      await opened(keepspace, time)
      expect(keepspace.getSnapshot().storage).toMatchObject({phase: 'ready', error: undefined})
    }
  })
})
