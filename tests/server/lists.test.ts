import {listQueryString} from 'keepspace/wire'
import {describe, expect, test} from 'vitest'
import {databaseKinds} from './support/databases.ts'
import {type Call, startTestServer} from './support/start-test-server.ts'

const titles = ['banana', 'Äpfel', 'apple', 'Cherry 100%', 'cherry_1', 'apple']

describe.each(databaseKinds)('lists on %s', (kind) => {
  test('have 20 rows when nobody says otherwise, and go on to the end without gap or repetition', async () => {
    const {as, clock} = await startTestServer(kind)
    const anna = as('anna')
    for (let at = 0; at < 45; at += 1) {
      // Some were changed at the same moment.
      clock.advance(at % 3 === 0 ? 1 : 0)
      await anna('POST', '/sessions', {body: {title: `s${at}`, content: at}})
    }
    const sizes: number[] = []
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const {body} = await anna('GET', `/sessions${listQueryString({...(cursor !== undefined && {cursor})})}`)
      sizes.push(body.items.length)
      seen.push(...body.items.map(({title}: {title: string}) => title))
      cursor = body.nextCursor
    } while (cursor !== undefined)
    expect(sizes).toEqual([20, 20, 5])
    expect(new Set(seen).size).toBe(45)
    expect(seen.slice(0, 3).sort()).toEqual(['s42', 's43', 's44'])
  })

  test('sort texts without regard to case, the same in every database', async () => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    await createAll(anna)
    expect(await titlesOf(anna, {sort: 'title'})).toEqual([
      'apple',
      'apple',
      'banana',
      'Cherry 100%',
      'cherry_1',
      'Äpfel',
    ])
    expect(await titlesOf(anna, {sort: '-title'})).toEqual([
      'Äpfel',
      'cherry_1',
      'Cherry 100%',
      'banana',
      'apple',
      'apple',
    ])
  })

  test.each([
    [[{field: 'title', operator: 'equals', value: 'CHERRY_1'}], ['cherry_1']],
    [[{field: 'title', operator: 'contains', value: 'CHERRY'}], ['Cherry 100%', 'cherry_1']],
    [[{field: 'title', operator: 'contains', value: '_'}], ['cherry_1']],
    [[{field: 'title', operator: 'contains', value: '0%'}], ['Cherry 100%']],
    [[{field: 'title', operator: 'contains', value: "' or 1=1 --"}], []],
    [[{field: 'bytes', operator: 'more', value: 3}], ['Cherry 100%', 'cherry_1', 'apple']],
    [[{field: 'bytes', operator: 'less', value: 2}], ['banana']],
    [
      [
        {field: 'bytes', operator: 'more', value: 1},
        {field: 'title', operator: 'equals', value: 'apple'},
      ],
      ['apple', 'apple'],
    ],
  ] as const)('filter by %j', async (filters, expected) => {
    const {as} = await startTestServer(kind)
    const anna = as('anna')
    await createAll(anna)
    expect((await titlesOf(anna, {filters: [...filters]})).sort()).toEqual([...expected].sort())
  })

  test('refuse what they do not know', async () => {
    const {as} = await startTestServer(kind)
    for (const query of [
      'sort=secret',
      'sort=constructor',
      'filter=title:like:x',
      'filter=title:more:x',
      'filter=bytes:more:x',
      'filter=x',
      'other=1',
    ]) {
      expect([query, (await as('anna')('GET', `/sessions?${query}`)).status]).toEqual([query, 400])
    }
  })

  test('take a cursor only from the same person, for the same list, order and filters', async () => {
    const {as} = await startTestServer(kind)
    for (const person of ['anna', 'ben']) {
      await createAll(as(person))
    }
    const {nextCursor} = (await as('anna')('GET', '/sessions?pageSize=2')).body
    const answers = [
      await as('ben')('GET', `/sessions?cursor=${nextCursor}`),
      await as('anna')('GET', `/templates?cursor=${nextCursor}`),
      await as('anna')('GET', `/sessions?sort=title&cursor=${nextCursor}`),
      await as('anna')('GET', `/sessions?filter=title:equals:x&cursor=${nextCursor}`),
      await as('anna')('GET', `/sessions?cursor=${nextCursor}x`),
      await as('anna')('GET', `/sessions?cursor=${btoa('[1,"x"]')}.x`),
    ]
    expect(answers.map(({status, body}) => [status, body.code])).toEqual(answers.map(() => [400, 'cursor.invalid']))
    expect((await as('anna')('GET', `/sessions?cursor=${nextCursor}`)).status).toBe(200)
  })
})

async function createAll(call: Call): Promise<void> {
  for (const [at, title] of titles.entries()) {
    await call('POST', '/sessions', {body: {title, content: 10 ** Math.min(at, 3)}})
  }
}

async function titlesOf(call: Call, query: Parameters<typeof listQueryString>[0]): Promise<string[]> {
  const {body} = await call('GET', `/sessions${listQueryString(query)}`)
  return body.items.map(({title}: {title: string}) => title)
}
