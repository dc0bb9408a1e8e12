import {describe, expect, test} from 'vitest'
import {assign, createMachine, fromPromise} from 'xstate'
import {
  anonymousBehaviour,
  eventsIgnoredWithoutReason,
  invokesWithoutOnError,
  misnamedEvents,
  statesNothingLeadsTo,
  statesWithoutDescription,
  unfitForContext,
} from '../support/house-rules.ts'

describe('the house rules find', () => {
  test('a state without a description, however deep', () => {
    const machine = createMachine({
      id: 'm',
      description: 'Has one.',
      initial: 'a',
      states: {a: {description: 'Has one.', initial: 'b', states: {b: {}}}},
    })
    expect(statesWithoutDescription(machine)).toEqual(['m.a.b'])
  })

  test('an event that is ignored without a reason, at the root and in a state', () => {
    const machine = createMachine({
      id: 'm',
      on: {'a.happened': {}, 'b.happened': {description: 'Not now.'}, 'c.happened': {actions: 'note'}},
      initial: 'a',
      states: {a: {on: {'a.happened': [{guard: 'isReady', target: 'b'}, {}], 'c.happened': 'b'}}, b: {}},
    })
    expect(eventsIgnoredWithoutReason(machine)).toEqual(['m a.happened', 'm.a a.happened'])
  })

  test('behaviour without a name, wherever it hides', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: {
          entry: ['named', assign({})],
          exit: () => undefined,
          invoke: {src: fromPromise(() => Promise.resolve()), onDone: {actions: () => undefined, target: 'b'}},
          after: {100: 'b', backoff: 'b'},
          on: {'a.happened': {guard: () => true, target: 'b'}},
        },
        b: {always: {guard: () => true, target: 'c'}},
        c: {
          entry: {type: 'named', params: () => ({n: 1})},
          invoke: {src: 'save', onDone: {guard: 'isFine', actions: {type: 'note', params: () => ({})}, target: 'a'}},
          after: {backoff: {target: 'a', actions: 'note'}},
        },
      },
    })
    expect(anonymousBehaviour(machine)).toEqual([
      'm.a entry',
      'm.a exit',
      'm.a invoke',
      'm.a after',
      'm.a a.happened',
      'm.a xstate.done.actor.0.m.a',
      'm.b always',
    ])
  })

  test('an invoked actor whose failure nobody handles', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: {
          invoke: [
            {src: 'load', onDone: 'b'},
            {src: 'watch', onError: 'b'},
          ],
        },
        b: {},
      },
    })
    expect(invokesWithoutOnError(machine)).toEqual(['m.a load'])
  })

  test('an event whose name is neither a fact nor a wish', () => {
    const machine = createMachine({
      id: 'm',
      on: {
        SAVE: {actions: 'a'},
        save: {actions: 'a'},
        'Edit.recorded': {actions: 'a'},
        'edit.recorded': {actions: 'a'},
      },
    })
    expect(misnamedEvents(machine)).toEqual(['SAVE', 'save', 'Edit.recorded'])
  })

  test('a state that nothing leads to, alone or with all that is in it', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: {on: {'go.requested': '#m.b.y'}},
        b: {initial: 'x', states: {x: {}, y: {after: {pause: 'z'}}, z: {always: '#m.c'}, lost: {always: 'x'}}},
        c: {type: 'parallel', states: {left: {}, right: {initial: 'on', states: {on: {}, off: {}}}}},
        d: {initial: 'e', states: {e: {}}},
      },
    })
    expect(statesNothingLeadsTo(machine)).toEqual(['m.b.x', 'm.b.lost', 'm.c.right.off', 'm.d', 'm.d.e'])
  })

  test('content, functions, errors and lists in a context', () => {
    expect(
      unfitForContext({
        count: 1,
        isFine: true,
        name: 'w1',
        missing: undefined,
        policy: {waitMs: 5},
        none: [],
        notFinite: Number.NaN,
        text: 'x'.repeat(101),
        list: ['a'],
        callback: () => undefined,
        error: new Error('no'),
        map: new Map(),
        deep: {when: new Date(0)},
      }),
    ).toEqual([
      'context.notFinite',
      'context.text',
      'context.list',
      'context.callback',
      'context.error',
      'context.map',
      'context.deep.when',
    ])
  })
})
