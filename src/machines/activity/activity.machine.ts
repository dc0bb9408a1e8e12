import {type ActorRefFrom, assign, setup} from 'xstate'

export type ActivityInput = {
  readonly isVisible: boolean
  readonly isFocused: boolean
  /** Now, milliseconds since 1970. */
  readonly atMs: number
}

export type ActivityEvent =
  | {type: 'page.focused'; atMs: number}
  | {type: 'page.blurred'; atMs: number}
  | {type: 'page.shown'; atMs: number}
  | {type: 'page.hidden'; atMs: number}
  | {type: 'page.frozen'; atMs: number}
  | {type: 'page.resumed'; atMs: number}

export type ActivityRef = ActorRefFrom<typeof activityMachine>

type ActivityContext = {
  readonly isVisible: boolean
  /** Also kept while hidden: some browsers say "focused" before they say "visible". */
  readonly isFocused: boolean
  /** When the present state began, milliseconds since 1970. */
  readonly sinceMs: number
}

/** How much a person has to do with the window, from what the browser says of it. Others follow this chart. */
export const activityMachine = setup({
  types: {
    context: {} as ActivityContext,
    events: {} as ActivityEvent,
    input: {} as ActivityInput,
    tags: {} as 'seen',
  },
  guards: {
    isHidden: ({context}) => !context.isVisible,
    isFocused: ({context}) => context.isFocused,
  },
  actions: {
    noteFocus: assign({isFocused: true}),
    noteBlur: assign({isFocused: false}),
    noteShown: assign({isVisible: true}),
    noteHidden: assign({isVisible: false}),
    noteSince: assign((_, params: {atMs: number}) => ({sinceMs: params.atMs})),
  },
}).createMachine({
  id: 'activity',
  description: 'How much a person has to do with the window right now.',
  context: ({input: {isVisible, isFocused, atMs}}) => ({isVisible, isFocused, sinceMs: atMs}),
  on: {
    'page.focused': {description: 'Counts once the window is seen.', actions: 'noteFocus'},
    'page.blurred': {description: 'Counts once the window is seen.', actions: 'noteBlur'},
    'page.shown': {description: 'It is seen already.'},
    'page.hidden': {
      target: '.hidden',
      actions: ['noteHidden', {type: 'noteSince', params: ({event}) => event}],
    },
    'page.frozen': {
      target: '.frozen',
      actions: ['noteHidden', {type: 'noteSince', params: ({event}) => event}],
    },
    'page.resumed': {description: 'It was not frozen.'},
  },
  initial: 'deciding',
  states: {
    deciding: {
      description: 'Is it seen, and does it have the keyboard?',
      always: [{guard: 'isHidden', target: 'hidden'}, {guard: 'isFocused', target: 'active'}, {target: 'visible'}],
    },
    active: {
      description: 'Seen, and what is typed goes to it.',
      tags: 'seen',
      on: {
        'page.blurred': {
          target: 'visible',
          actions: ['noteBlur', {type: 'noteSince', params: ({event}) => event}],
        },
      },
    },
    visible: {
      description: 'Seen, while another window has the keyboard.',
      tags: 'seen',
      on: {
        'page.focused': {
          target: 'active',
          actions: ['noteFocus', {type: 'noteSince', params: ({event}) => event}],
        },
      },
    },
    hidden: {
      description: 'Not seen. Timers are late, and the page may be ended without a word.',
      on: {
        'page.shown': {
          target: 'deciding',
          actions: ['noteShown', {type: 'noteSince', params: ({event}) => event}],
        },
        'page.hidden': {description: 'Hidden already: a page that is left says so twice.'},
      },
    },
    frozen: {
      description: 'Stopped by the browser. Nothing runs until it is resumed.',
      on: {
        'page.shown': {
          target: 'deciding',
          actions: ['noteShown', {type: 'noteSince', params: ({event}) => event}],
        },
        'page.resumed': {target: 'hidden', actions: {type: 'noteSince', params: ({event}) => event}},
        'page.frozen': {description: 'Frozen already.'},
        'page.hidden': {description: 'Frozen is more than hidden.'},
      },
    },
  },
})
