import {describe, expect, test} from 'vitest'
import {localforageStorage} from '../../../src/localforage.ts'

describe(`${localforageStorage.name} on a server`, () => {
  test('can be imported and made; opening rejects with storage.unavailable, as often as it is tried', async () => {
    expect('indexedDB' in globalThis).toBe(false)
    const target = localforageStorage()
    expect(target.name).toBe('indexeddb')
    const unavailable = {code: 'storage.unavailable', detail: 'there is no IndexedDB here'}
    await expect(target.open()).rejects.toMatchObject(unavailable)
    await expect(target.open()).rejects.toMatchObject(unavailable)
  })

  test.each([[{name: ''}], [{timeoutMs: 0}], [{timeoutMs: -1}], [{timeoutMs: Number.NaN}]])(
    'options that cannot work are refused at once: %o',
    (options) => {
      expect(() => localforageStorage(options)).toThrow(expect.objectContaining({code: 'usage'}))
    },
  )
})
