import {fromPromise, setup} from 'xstate'

/** What somebody who writes a note goes through. */
export const noteFlow = setup({
  types: {events: {} as {type: 'text.typed'} | {type: 'retry.pressed'}},
  actors: {store: fromPromise<void>(() => Promise.reject(new Error('only a model')))},
  delays: {quiet: 300},
}).createMachine({
  id: 'noteFlow',
  initial: 'saved',
  states: {
    saved: {on: {'text.typed': 'unsaved'}},
    unsaved: {after: {quiet: 'saving'}},
    saving: {invoke: {src: 'store', onDone: 'saved', onError: 'failed'}, on: {'text.typed': {}}},
    failed: {on: {'retry.pressed': 'saving'}},
  },
})
