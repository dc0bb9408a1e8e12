import {expect, test} from 'vitest'
import {createMachine} from 'xstate'
import {toMermaid} from '../../visualizations/generator/mermaid.ts'

test('a chart with everything in it becomes a state diagram', () => {
  const machine = createMachine({
    id: 'demo',
    description: 'Shows everything: once.',
    on: {'stop.requested': '.over', 'ping.happened': {actions: 'note'}},
    initial: 'idle',
    states: {
      idle: {
        description: 'Waits; a sentence that is long enough to need more than one line.',
        entry: ['open', {type: 'greet'}],
        exit: 'close',
        on: {
          'go.requested': [{guard: 'isReady', target: 'busy.left'}, {description: 'Not ready yet.'}],
          'turn.requested': {target: 'idle', reenter: true},
        },
      },
      busy: {
        type: 'parallel',
        invoke: {src: 'load', onDone: {guard: {type: 'isFine'}, target: 'checking'}, onError: 'idle'},
        states: {
          left: {initial: 'on', states: {on: {after: {pause: 'off'}}, off: {after: {pause: '#demo.idle'}}}},
          right: {},
        },
      },
      checking: {
        invoke: [
          {src: 'count', id: 'count', onDone: 'over'},
          {src: 'weigh', id: 'weigh', onError: 'over'},
        ],
        always: [{guard: 'isDone', target: 'over'}, {target: 'idle'}],
      },
      over: {type: 'final'},
    },
  })

  expect(toMermaid({name: 'demo', source: 'src/demo.ts', machine})).toBe(
    `%% Generated from src/demo.ts by \`npm run visualize\`. Change the chart, not this file.
stateDiagram-v2
  state "in every state" as everywhere_root
  everywhere_root : Shows everything#58; once.
  everywhere_root : ping.happened / note
  [*] --> idle
  state "idle" as idle
  idle : Waits#59; a sentence that is long enough to
  idle : need more than one line.
  idle : entry / open
  idle : entry / greet
  idle : exit / close
  idle : go.requested – Not ready yet.
  state "busy" as busy {
    state "everywhere in busy" as everywhere_busy
    everywhere_busy : do / load
    --
    state "left" as busy_left {
      [*] --> busy_left_on
      state "on" as busy_left_on
      state "off" as busy_left_off
    }
    --
    state "right" as busy_right
  }
  state "checking" as checking
  checking : do / count
  checking : do / weigh
  state "over" as over
  over --> [*]
  everywhere_root --> over : stop.requested
  idle --> busy_left : go.requested [isReady]
  idle --> idle : turn.requested
  busy --> checking : done [isFine]
  busy --> idle : failed
  busy_left_on --> busy_left_off : after pause
  busy_left_off --> idle : after pause
  checking --> over : count done<br/>weigh failed<br/>[isDone]
  checking --> idle
`,
  )
})
