import {expect, test} from 'vitest'
import {startTestServer} from './support/start-test-server.ts'

const PAIRS = 300
/** Further apart than this are two alike samples in one of 30,000 runs. */
const SURE = 4

test('unknown and foreign ids cannot be told apart: not by a byte, not by the time an answer takes', async () => {
  const {as} = await startTestServer('sqlite')
  const content = {text: 'x'.repeat(50_000)}
  const {id: foreignId} = (await as('anna')('POST', '/sessions', {body: {title: 'Mine', content}})).body
  const ben = as('ben')
  const timesOf = {foreign: [] as number[], unknown: [] as number[]}
  const answers = new Set<string>()
  const ask = async (kind: keyof typeof timesOf, id: string) => {
    const begunAt = performance.now()
    const {status, text, headers} = await ben('GET', `/sessions/${id}`)
    timesOf[kind].push(performance.now() - begunAt)
    const names = [...headers.keys()].filter((name) => !name.startsWith('x-ratelimit')).sort()
    answers.add(JSON.stringify([status, text, names, headers.get('content-length')]))
  }
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const unknownId = `${foreignId.slice(0, -3)}${String(pair).padStart(3, '0')}`
    // Neither always comes first, or what the one warms up would speed up the other.
    for (const kind of pair % 2 === 0 ? (['foreign', 'unknown'] as const) : (['unknown', 'foreign'] as const)) {
      await ask(kind, kind === 'foreign' ? foreignId : unknownId)
    }
  }
  expect([...answers]).toEqual([expect.stringContaining('404')])
  expect(Math.abs(mannWhitney(timesOf.foreign, timesOf.unknown))).toBeLessThan(SURE)
  // The same answers, a third slower, would have been noticed.
  expect(
    mannWhitney(
      timesOf.foreign,
      timesOf.foreign.map((ms) => ms * 1.33),
    ),
  ).toBeLessThan(-SURE)
})

/** How many standard deviations the ranks of two samples are apart; below 0 the first one is smaller. */
function mannWhitney(one: readonly number[], other: readonly number[]): number {
  const wins = one.reduce((sum, a) => sum + other.reduce((count, b) => count + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0)
  const pairs = one.length * other.length
  return (wins - pairs / 2) / Math.sqrt((pairs * (one.length + other.length + 1)) / 12)
}
