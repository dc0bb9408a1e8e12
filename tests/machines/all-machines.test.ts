import {describe, expect, test} from 'vitest'
import {createActor} from 'xstate'
import {charts} from '../../visualizations/generator/charts.ts'
import {chartInputs} from '../support/chart-inputs.ts'
import {
  anonymousBehaviour,
  eventsIgnoredWithoutReason,
  invokesWithoutOnError,
  misnamedEvents,
  statesNothingLeadsTo,
  statesWithoutDescription,
  unfitForContext,
} from '../support/house-rules.ts'

test('there is a chart for every role that needs one', () => {
  expect(charts.map(({name}) => name)).toEqual(Object.keys(chartInputs))
})

describe.each(charts)('the $name chart', ({name, source, machine}) => {
  test('is called like its folder and its file', () => {
    expect({id: machine.id, source}).toEqual({id: name, source: `src/machines/${name}/${name}.machine.ts`})
  })

  test('describes every state', () => {
    expect(statesWithoutDescription(machine)).toEqual([])
  })

  test('says why it ignores what it ignores', () => {
    expect(eventsIgnoredWithoutReason(machine)).toEqual([])
  })

  test('names every guard, action, delay and actor, so that diagrams can show them', () => {
    expect(anonymousBehaviour(machine)).toEqual([])
  })

  test('handles the failure of everything it invokes', () => {
    expect(invokesWithoutOnError(machine)).toEqual([])
  })

  test('names events as facts or wishes', () => {
    expect(misnamedEvents(machine)).toEqual([])
  })

  test('can reach every state', () => {
    expect(statesNothingLeadsTo(machine)).toEqual([])
  })

  test('starts with numbers and short words, never with content', () => {
    const {context} = createActor(machine, {input: chartInputs[name]}).getSnapshot()
    expect(unfitForContext(context)).toEqual([])
  })
})
