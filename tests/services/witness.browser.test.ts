import {afterEach, describe, expect, test, vi} from 'vitest'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {browserWitness} from '../../src/services/witness.ts'

const ids = {next: () => 'installation-of-21-char'}
const place = 'indexeddb/test/ada'
const a = 'a/ä' as WorkspaceId

afterEach(() => {
  vi.restoreAllMocks()
  browserWitness(place, ids).clear()
  localStorage.clear()
})

describe(browserWitness.name, () => {
  test('remembers revisions over pages, the highest it was told, in at most 64 bytes each and without content', () => {
    const witness = browserWitness(place, ids)
    witness.note(a, 3)
    witness.note(a, 2)
    witness.note('b' as WorkspaceId, Number.MAX_SAFE_INTEGER)
    expect(browserWitness(place, ids).read()).toEqual({
      revisions: new Map([
        [a, 3],
        ['b', Number.MAX_SAFE_INTEGER],
      ]),
      isOnlyTrace: false,
    })
    expect(Object.values(localStorage).every((value) => String(value).length <= 64)).toBe(true)
    expect(localStorage.getItem('keepspace-witness/indexeddb/test/ada/a%2F%C3%A4')).toBe('3@installation-of-21-char')
  })

  test('takes a correction, also downwards and to nothing', () => {
    const witness = browserWitness(place, ids)
    witness.note(a, 3)
    witness.settle(a, 2)
    expect(witness.read().revisions).toEqual(new Map([[a, 2]]))
    witness.settle(a, 0)
    expect(witness.read()).toEqual({revisions: new Map(), isOnlyTrace: false})
  })

  test('knows nothing of another place, also of one whose name begins alike', () => {
    browserWitness(place, ids).note(a, 3)
    for (const other of ['indexeddb/test/ad', `${place}2`, 'indexeddb/test']) {
      expect(browserWitness(other, ids).read().revisions).toEqual(new Map())
    }
  })

  test('emptied itself, leaves a trace in a cookie, and none once it was cleared', () => {
    browserWitness(place, ids).note(a, 3)
    localStorage.clear()
    const witness = browserWitness(place, ids)
    expect(witness.read()).toEqual({revisions: new Map(), isOnlyTrace: true})
    expect(browserWitness('indexeddb/test/grace', ids).read().isOnlyTrace).toBe(false)
    witness.clear()
    expect(witness.read().isOnlyTrace).toBe(false)
  })

  test('reads past what somebody else wrote under its keys', () => {
    const witness = browserWitness(place, ids)
    witness.note(a, 3)
    localStorage.setItem(`keepspace-witness/${place}/b`, 'not a note')
    localStorage.setItem(`keepspace-witness/${place}/%`, '5@x')
    expect(witness.read().revisions).toEqual(new Map([[a, 3]]))
  })

  test('that cannot be written or read remembers nothing and troubles nobody', () => {
    const witness = browserWitness(place, ids)
    const fail = () => {
      throw new DOMException('', 'SecurityError')
    }
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(fail)
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(fail)
    vi.spyOn(Storage.prototype, 'removeItem').mockImplementation(fail)
    witness.note(a, 3)
    witness.settle(a, 0)
    witness.clear()
    expect(witness.read()).toEqual({revisions: new Map(), isOnlyTrace: false})
  })
})
