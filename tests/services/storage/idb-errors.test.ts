import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import {toKeepspaceError} from '../../../src/services/storage/idb-errors.ts'

describe(toKeepspaceError.name, () => {
  test.each([
    [new DOMException('', 'QuotaExceededError'), 'storage.quota'],
    [
      new DOMException('Connection is closing because of: 000003.log: FILE_ERROR_NO_SPACE', 'UnknownError'),
      'storage.quota',
    ],
    [new DOMException('The database connection is closing.', 'InvalidStateError'), 'storage.lost'],
    [new DOMException('Connection to Indexed Database server lost. Refresh the page.', 'UnknownError'), 'storage.lost'],
    [new DOMException('Internal error.', 'UnknownError'), 'storage.lost'],
    [new DOMException('One of the specified object stores was not found.', 'NotFoundError'), 'storage.lost'],
    [new DOMException('', 'AbortError'), 'storage.lost'],
    [new Error('The connection was closed.'), 'storage.lost'],
    [null, 'storage.lost'],
    [new DOMException('() => 1 could not be cloned.', 'DataCloneError'), 'storage.unavailable'],
    [new DOMException('', 'VersionError'), 'storage.unavailable'],
    [new TypeError('x'), 'storage.unavailable'],
    ['a string', 'storage.unavailable'],
  ])('%o is %s and kept as the cause', (cause, code) => {
    const error = toKeepspaceError(cause)
    expect({code: error.code, cause: error.cause}).toEqual({code, cause})
  })

  test('a KeepspaceError comes back as it is', () => {
    const error = new KeepspaceError('disposed')
    expect(toKeepspaceError(error)).toBe(error)
  })

  test('what the browser says of a value stays out of the message', () => {
    const {report} = toKeepspaceError(new DOMException('"secret" could not be cloned.', 'DataCloneError'))
    expect(report.detail).toBe('DataCloneError')
  })
})
