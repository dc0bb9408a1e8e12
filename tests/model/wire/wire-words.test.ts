import {describe, expect, test} from 'vitest'
import {
  cleanName,
  etagOf,
  isDescription,
  isProblem,
  isTitle,
  listQueryString,
  problemCodes,
  problemOf,
  revisionOf,
  routes,
} from '../../../src/wire.ts'

describe(cleanName.name, () => {
  test('takes out control characters, marks of direction and halves of pairs, and keeps what people write', () => {
    expect(cleanName(' a\u202eb\u0000c\u2066d\ud800e\n\tf 😀 é ')).toBe('abcde f 😀 é')
  })
})

describe('lengths', () => {
  test('count code points', () => {
    expect([isTitle('😀'.repeat(30)), isTitle('😀'.repeat(31)), isTitle('')]).toEqual([true, false, false])
    expect([isDescription('漢'.repeat(250)), isDescription('漢'.repeat(251))]).toEqual([true, false])
  })
})

describe('revisions in headers', () => {
  test('are quoted numbers; a proxy may weaken them', () => {
    expect(revisionOf(etagOf(7))).toBe(7)
    expect(revisionOf('W/"7"')).toBe(7)
  })

  test.each(['7', '"x"', '*', '"1", "2"', '', null, undefined, `"${'9'.repeat(16)}"`])('%j is none', (etag) => {
    expect(revisionOf(etag)).toBeUndefined()
  })
})

describe(problemOf.name, () => {
  test('gives every code a status of failure and a sentence', () => {
    for (const code of problemCodes) {
      const problem = problemOf(code)
      expect(isProblem(problem)).toBe(true)
      expect(problem.status).toBeGreaterThanOrEqual(400)
      expect(problem.title).toMatch(/\.$/)
    }
  })

  test.each([null, 'x', {}, {code: 'other'}, {code: 'toString'}])('%j is no problem of ours', (body) => {
    expect(isProblem(body)).toBe(false)
  })
})

describe('addresses', () => {
  test('escape what is put into them', () => {
    expect(routes.workspace('a/../b?')).toBe('/api/v1/workspaces/a%2F..%2Fb%3F')
    expect(routes.restoreSession('s', 3)).toBe('/api/v1/sessions/s/history/3/restore')
  })

  test('ask for a list with filters', () => {
    const filters = [{field: 'title', operator: 'contains', value: 'a b:c'} as const]
    expect(listQueryString({pageSize: 5, sort: '-title', filters})).toBe(
      '?pageSize=5&sort=-title&filter=title%3Acontains%3Aa+b%3Ac',
    )
    expect(listQueryString({})).toBe('')
  })
})
