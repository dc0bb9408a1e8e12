import {describe, expect, test} from 'vitest'
import {databaseKinds} from './support/databases.ts'
import {startTestServer} from './support/start-test-server.ts'

const put = (key: string, value: unknown) => ({key, value})
const group = (key: string, revision: number, more: object = {}) => ({
  expect: {key, revision},
  puts: [put(key, {revision: revision + 1})],
  deletes: [],
  ...more,
})
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const bodyOf = (value: string) =>
  `{"groups":[{"expect":{"key":"a","revision":1},"puts":[{"key":"a","value":${value}}],"deletes":[]}]}`

describe.each(databaseKinds)('stores on %s', (kind) => {
  test('answer a repeated commit as before, and refuse its key for another one', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const headers = {'idempotency-key': 'once'}
    const commit = (groups: object[], more: object = {}) =>
      anna('POST', '/stores/main/commits', {body: {groups}, headers, ...more})
    const both = [group('a', 0), group('b', 7)]
    const first = await commit(both)
    expect(first.body).toEqual({results: [{status: 'committed'}, {status: 'conflict', revision: 0}]})
    const twins = await Promise.all([commit(both), commit(both), commit(both)])
    expect(new Set(twins.map(({text}) => text))).toEqual(new Set([first.text]))
    expect((await commit([group('a', 1)])).status).toBe(422)
    expect((await anna('POST', '/stores/main/reads', {body: {selectors: [{prefix: ''}]}})).body).toEqual({
      recordLists: [[put('a', {revision: 1})]],
    })
  })

  test('refuse what is not what it should be, each with its code, and keep what they have', async () => {
    const {as, audited} = await startTestServer(kind, {limits: {storeCommitBytes: 200_000}})
    const anna = as('anna')
    await anna('POST', '/stores/main/commits', {body: {groups: [group('a', 0)]}})
    const answers: Record<string, [number, string]> = {}
    const note = async (name: string, body: unknown, path = '/stores/main/commits', more: object = {}) => {
      const answer = await anna('POST', path, {body, ...more})
      answers[name] = [answer.status, answer.body.code]
    }
    await note('too large', bodyOf(`"${'x'.repeat(200_000)}"`))
    await note('too deep', bodyOf(nested(66)))
    await note('a prototype', bodyOf('{"__proto__":{"x":1}}'))
    await note('not JSON', bodyOf(''))
    await note('no groups', {})
    await note('more than is known', {groups: [group('a', 1, {commitId: 'c'})]})
    await note('a revision that is none', {groups: [group('a', 1, {expect: {key: 'a', revision: '1'}})]})
    await note('one key in two groups', {groups: [group('a', 1), group('b', 0, {deletes: ['a']})]})
    await note('an empty key', {groups: [group('', 0)]})
    await note('a long key', {groups: [group('x'.repeat(1_001), 0)]})
    await note('a key that is long in units', {groups: [group('😀'.repeat(600), 0)]})
    await note('a long key to read', {selectors: [{key: '😀'.repeat(600)}]}, '/stores/main/reads')
    await note('a selector that is none', {selectors: [{key: 'a', prefix: 'a'}]}, '/stores/main/reads')
    await note('a prefix that is none', {prefix: 1}, '/stores/main/lists')
    await note('a name that is none', {prefix: ''}, `/stores/${'x'.repeat(65)}/lists`)
    await note('a path for a name', {prefix: ''}, '/stores/..%2f..%2fetc/lists')
    await note('a strange idempotency key', {groups: []}, undefined, {headers: {'idempotency-key': 'a b'}})
    expect(answers).toEqual({
      'too large': [413, 'request.tooLarge'],
      'too deep': [400, 'request.tooDeep'],
      'a prototype': [400, 'request.forbiddenKey'],
      'not JSON': [400, 'request.notJson'],
      'no groups': [400, 'request.invalid'],
      'more than is known': [400, 'request.invalid'],
      'a revision that is none': [400, 'request.invalid'],
      'one key in two groups': [400, 'request.invalid'],
      'an empty key': [400, 'request.invalid'],
      'a long key': [400, 'request.invalid'],
      'a key that is long in units': [400, 'request.invalid'],
      'a long key to read': [400, 'request.invalid'],
      'a selector that is none': [400, 'request.invalid'],
      'a prefix that is none': [400, 'request.invalid'],
      'a name that is none': [404, 'notFound'],
      'a path for a name': [404, 'notFound'],
      'a strange idempotency key': [400, 'request.invalid'],
    })
    const {body} = await anna('GET', '/export')
    expect(body.stores).toEqual([{id: 'main', recordList: [put('a', {revision: 1})]}])
    // Whoever only looks changes nothing that somebody would look for later.
    expect(new Set(audited.map(({action}) => action))).toEqual(
      new Set(['GET /api/v1/export', 'POST /api/v1/stores/:id/commits']),
    )
  })

  test('show one moment in one answer, however much is read and written at once', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const both = (revision: number) =>
      group('a', revision, {puts: [put('a', {revision: revision + 1}), put('x', revision), put('y', revision)]})
    const commit = (revision: number) => anna('POST', '/stores/main/commits', {body: {groups: [both(revision)]}})
    await commit(0)
    const selectors = Array.from({length: 300}, (_, index) => ({key: index % 2 === 0 ? 'x' : 'y'}))
    const read = () => anna('POST', '/stores/main/reads', {body: {selectors}})
    const commits = (async () => {
      for (let revision = 1; revision <= 20; revision += 1) {
        await commit(revision)
      }
    })()
    const answers = await Promise.all(Array.from({length: 5}, read))
    await commits
    for (const {body} of answers) {
      expect(new Set(body.recordLists.flat().map(({value}: {value: number}) => value)).size).toBe(1)
    }
  })

  test('count what one person keeps, however much of it is written at once', async () => {
    const room = {storeBytes: 10 * (Buffer.byteLength('a00') + Buffer.byteLength('{"revision":1}'))}
    const {as} = await startTestServer(kind, {limits: room})
    const anna = as('anna')
    const answers = await Promise.all(
      Array.from({length: 20}, (_, index) => {
        const groups = [group(`a${String(index).padStart(2, '0')}`, 0)]
        return anna('POST', `/stores/${index % 2}/commits`, {body: {groups}})
      }),
    )
    expect(answers.map(({status}) => status).sort()).toEqual([...Array(10).fill(200), ...Array(10).fill(507)])
    expect(answers.find(({status}) => status === 507)?.body).toMatchObject({code: 'storage.full', limitBytes: 170})
  })

  test('take the longest key and hundreds of records at once, and give them back in order', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const keys = Array.from({length: 700}, (_, index) => `${String(index).padStart(3, '0')}${'ü'.repeat(997)}`)
    const puts = keys.map((key, index) => put(key, index))
    const committed = (body: object) => anna('POST', '/stores/main/commits', {body: {groups: [body]}})
    expect((await committed({expect: {key: 'k', revision: 0}, puts, deletes: []})).body.results).toEqual([
      {status: 'committed'},
    ])
    expect((await anna('POST', '/stores/main/lists', {body: {prefix: ''}})).body.keys).toEqual(keys)
    await committed({expect: {key: 'k', revision: 0}, puts: [], deletes: keys.slice(1)})
    expect((await anna('POST', '/stores/main/reads', {body: {selectors: [{prefix: ''}]}})).body.recordLists).toEqual([
      [put(keys[0] ?? '', 0)],
    ])
  })
})
