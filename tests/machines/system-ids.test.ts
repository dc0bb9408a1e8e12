import {describe, expect, test} from 'vitest'
import {createActor, fromPromise, setup} from 'xstate'
import {getShortestPaths} from 'xstate/graph'

/**
 * Why what a chart invokes has no system id: XState takes one text for all actors of a chart, and claims it as soon as a
 * step is computed. Inspectors are told a name instead, made of that of the chart and what it invokes.
 */
describe('a system id for what a chart invokes', () => {
  const endless = fromPromise(() => new Promise<never>(() => undefined))
  const saving = setup({actors: {save: endless}}).createMachine({
    id: 'saving',
    initial: 'resting',
    states: {
      resting: {on: {go: 'working', rush: 'working'}},
      working: {invoke: {src: 'save', systemId: 'save', onError: 'resting'}},
    },
  })

  test('cannot be had by two of its kind', () => {
    const parent = setup({actors: {saving}}).createMachine({
      invoke: [
        {src: 'saving', id: 'one'},
        {src: 'saving', id: 'two'},
      ],
    })
    const errors: unknown[] = []
    const actor = createActor(parent)
    actor.subscribe({error: (error) => void errors.push(error)})
    actor.start()
    const {one, two} = actor.getSnapshot().children
    one?.send({type: 'go'})
    two?.send({type: 'go'})
    expect(errors).toEqual([new Error("Actor with system ID 'save' already exists.")])
  })

  test('makes it impossible to look for paths, which come to one place in several ways', () => {
    expect(() => getShortestPaths(saving, {events: [{type: 'go'}, {type: 'rush'}]})).toThrow('already exists')
  })
})
