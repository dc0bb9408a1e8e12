import {describe, expect, test} from 'vitest'
import {KeepspaceError, sentenceOf} from '../../src/model/errors.ts'

describe(KeepspaceError.name, () => {
  test('says a sentence for people, and its detail for those who look closer', () => {
    const cause = new Error('of the engine')
    const error = new KeepspaceError('storage.quota', '5 MB', {cause})
    expect(error).toMatchObject({
      name: 'KeepspaceError',
      code: 'storage.quota',
      message: 'This device has no room left for this app. (5 MB)',
      cause,
    })
    expect(new KeepspaceError('storage.quota').message).toBe(sentenceOf('storage.quota'))
    expect(error.report).toEqual({code: 'storage.quota', sentence: sentenceOf('storage.quota'), detail: '5 MB'})
  })

  test('wraps anything thrown, and is not wrapped twice', () => {
    const own = new KeepspaceError('disposed')
    expect(KeepspaceError.from(own)).toBe(own)
    const cause = new TypeError('x is not a function')
    expect(KeepspaceError.from(cause, 'source.failed')).toMatchObject({
      code: 'source.failed',
      detail: cause.message,
      cause,
    })
    expect(KeepspaceError.from(new RangeError())).toMatchObject({code: 'storage.unavailable', detail: 'RangeError'})
    expect(KeepspaceError.from('a text')).toMatchObject({
      code: 'storage.unavailable',
      detail: undefined,
      cause: 'a text',
    })
  })
})
