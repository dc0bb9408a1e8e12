import {describe, expect, onTestFinished, test} from 'vitest'
import {databaseKinds} from './support/databases.ts'
import {type Call, startTestServer} from './support/start-test-server.ts'

const isNew = {'if-none-match': '*'}
const at = (revision: number) => ({'if-match': `"${revision}"`})

function commit(
  call: Call,
  headers: Record<string, string>,
  body: {commitId?: string; title?: string; puts?: object; deletes?: string[]},
) {
  const {commitId = 'c', puts = {}, deletes = [], ...rest} = body
  return call('POST', '/workspaces/w1/commits', {
    headers,
    body: {commitId, deletes, puts: Object.entries(puts).map(([key, value]) => ({key, value})), ...rest},
  })
}

describe.each(databaseKinds)('workspaces on %s', (kind) => {
  test('take what changed, all or nothing, on the revision it is based on', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const first = await commit(anna, isNew, {commitId: 'c1', title: 'Desk', puts: {a: {n: 1}, b: [2], z: 'ü'}})
    expect([first.status, first.etag, first.body]).toMatchObject([
      200,
      '"1"',
      {id: 'w1', title: 'Desk', revision: 1, commitId: 'c1', records: 3},
    ])
    await commit(anna, at(1), {commitId: 'c2', puts: {a: {n: 2}}, deletes: ['b']})
    const {body} = await anna('GET', '/workspaces/w1')
    expect(body).toMatchObject({revision: 2, commitId: 'c2', title: 'Desk', records: 2, bytes: 7 + 4})
    expect(body.recordList).toEqual([
      {key: 'a', value: {n: 2}},
      {key: 'z', value: 'ü'},
    ])
  })

  test('tell a stale commit what is stored, so that a lost answer is recognised by its own commit id', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    await commit(anna, isNew, {commitId: 'mine', puts: {a: 1}})
    const again = await commit(anna, isNew, {commitId: 'mine', puts: {a: 1}})
    expect([again.status, again.body.current.commitId, again.body.current.revision]).toEqual([412, 'mine', 1])
    const stale = await commit(anna, at(7), {puts: {a: 2}})
    expect([stale.status, stale.body.current.revision]).toEqual([412, 1])
    expect((await anna('GET', '/workspaces/w1')).body.recordList).toEqual([{key: 'a', value: 1}])
  })

  test('are read as they were at one moment while others write', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    let etag: string | null = null
    const commit = async (round: number) => {
      const puts = Array.from({length: 20}, (_, at) => ({key: `k${at}`, value: round}))
      const condition: Record<string, string> = etag === null ? {'if-none-match': '*'} : {'if-match': etag}
      const body = {commitId: `c${round}`, puts, deletes: []}
      etag = (await anna('POST', '/workspaces/a/commits', {body, headers: condition})).etag
    }
    await commit(1)
    let isDone = false
    const torn: unknown[] = []
    const read = async () => {
      while (!isDone) {
        const {revision, recordList} = (await anna('GET', '/workspaces/a')).body
        const found = new Set(recordList.map(({value}: {value: number}) => value))
        if (found.size !== 1 || !found.has(revision)) {
          torn.push({revision, found: [...found]})
        }
      }
    }
    onTestFinished(() => {
      isDone = true
    })
    const reading = [read(), read(), read()]
    for (let round = 2; round <= 40; round += 1) {
      await commit(round)
    }
    isDone = true
    await Promise.all(reading)
    expect(torn).toEqual([])
  })

  test('of many commits on one revision exactly one lands', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    const created = await Promise.all(
      Array.from({length: 10}, (_, n) => commit(anna, isNew, {commitId: `c${n}`, puts: {a: n}})),
    )
    expect(created.map(({status}) => status).sort()).toEqual([200, ...Array(9).fill(412)])
    const changed = await Promise.all(Array.from({length: 10}, (_, n) => commit(anna, at(1), {puts: {a: n}})))
    expect(changed.map(({status}) => status).sort()).toEqual([200, ...Array(9).fill(412)])
  })

  test('refuse a commit that names a key twice, says no condition, or changes what is not there', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    expect((await commit(anna, isNew, {puts: {a: 1}, deletes: ['a']})).status).toBe(400)
    expect((await commit(anna, {}, {puts: {a: 1}})).status).toBe(428)
    expect((await commit(anna, at(1), {puts: {a: 1}})).status).toBe(404)
  })

  test('show their versions and make an old one current again', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    await commit(anna, isNew, {title: 'One', puts: {a: 1, b: 1}})
    await commit(anna, at(1), {title: 'Two', puts: {b: 2, c: 2}, deletes: ['a']})
    await commit(anna, at(2), {puts: {c: 3}})
    const {items} = (await anna('GET', '/workspaces/w1/history')).body
    expect(
      items.map(({revision, title, records}: {revision: number; title: string; records: number}) => [
        revision,
        title,
        records,
      ]),
    ).toEqual([
      [3, 'Two', 2],
      [2, 'Two', 2],
      [1, 'One', 2],
    ])
    const first = (await anna('GET', '/workspaces/w1/history/1')).body
    expect([first.title, first.recordList]).toEqual([
      'One',
      [
        {key: 'a', value: 1},
        {key: 'b', value: 1},
      ],
    ])
    const restored = await anna('POST', '/workspaces/w1/history/1/restore', {headers: at(3)})
    expect(restored.body).toMatchObject({revision: 4, title: 'One', records: 2})
    expect((await anna('GET', '/workspaces/w1')).body.recordList).toEqual(first.recordList)
    expect((await anna('GET', '/workspaces/w1/history/2')).body.recordList).toEqual([
      {key: 'b', value: 2},
      {key: 'c', value: 2},
    ])
  })

  test('keep what kept versions show when their history is thinned', async () => {
    const {as, clock} = await startTestServer(kind)
    const anna = as('anna')
    await commit(anna, isNew, {puts: {steady: 'from the start', n: 1}})
    for (let revision = 1; revision < 128; revision += 1) {
      clock.advance(1_000)
      await commit(anna, at(revision), {puts: {n: revision + 1}})
    }
    const oldest = async () => {
      const first = (await anna('GET', '/workspaces/w1/history?pageSize=100')).body
      const rest = first.nextCursor && (await anna('GET', `/workspaces/w1/history?cursor=${first.nextCursor}`)).body
      return [...first.items, ...(rest?.items ?? [])].map(({revision}: {revision: number}) => revision)
    }
    await expect.poll(async () => (await oldest()).length).toBeLessThan(105)
    for (const revision of [...(await oldest()).slice(-3), 128]) {
      expect((await anna('GET', `/workspaces/w1/history/${revision}`)).body.recordList).toEqual([
        {key: 'n', value: revision},
        {key: 'steady', value: 'from the start'},
      ])
    }
  })

  test('that are deleted are gone, and count on when they come back', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    await commit(anna, isNew, {puts: {a: 1}})
    expect((await anna('DELETE', '/workspaces/w1')).status).toBe(428)
    expect((await anna('DELETE', '/workspaces/w1', {headers: at(1)})).status).toBe(204)
    expect((await anna('GET', '/workspaces/w1')).status).toBe(404)
    expect((await anna('GET', '/workspaces')).body.items).toEqual([])
    expect((await commit(anna, at(1), {puts: {a: 2}})).status).toBe(404)
    expect((await commit(anna, isNew, {puts: {b: 1}})).body).toMatchObject({revision: 3, records: 1})
  })
})
