import {expect, test} from 'vitest'
import {emptyRow, total} from './rows.ts'

test('a chart that is walked in two places counts once, and is covered as far as it is in both', () => {
  const inNode = {...emptyRow('writer', 3, 5), statesCovered: 3, transitionsCovered: 5, paths: 9, steps: 40}
  const inDemo = {...inNode, transitionsCovered: 4, failures: 1}
  const other = {...emptyRow('root', 2, 2), statesCovered: 2, transitionsCovered: 1}
  expect(total([inNode, other, inDemo])).toEqual({
    charts: 2,
    states: 5,
    statesCovered: 5,
    transitions: 7,
    transitionsCovered: 5,
    failures: 1,
  })
})
