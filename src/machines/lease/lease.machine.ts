import type {ActorRefFrom} from 'xstate'
import {leaseSetup} from './lease.setup.ts'

export type LeaseRef = ActorRefFrom<typeof leaseMachine>

/**
 * Which of several tabs edits one workspace. Politeness only: it decides who waits a moment for whom and what people are
 * told. What may be written is decided by storage alone, whatever this chart believes.
 */
export const leaseMachine = leaseSetup.createMachine({
  id: 'lease',
  description: 'Which of several tabs edits one workspace. Politeness: storage alone decides what may be written.',
  context: ({input}) => ({workspaceId: input.workspaceId, policy: input.policy}),
  on: {
    'edit.recorded': {description: 'The tab has it, or is asking for it already.'},
    'handover.requested': {description: 'It is not ours to give.'},
    'release.requested': {description: 'There is nothing to give up.'},
    'holder.seen': {description: 'Another tab edits as well; whoever commits first is first.'},
    'holder.left': {description: 'Nobody thought it was there.'},
    'fence.passed': {description: 'There is nothing left to lose.'},
    'lock.granted': {description: 'Too late: it was given up meanwhile, and the lock with it.'},
    'lock.refused': {description: 'Too late: it was given up meanwhile.'},
    'lock.failed': {description: 'Too late: it was given up meanwhile.'},
    'lock.lost': {description: 'It was given up before.'},
  },
  initial: 'free',
  states: {
    free: {
      description: 'Nobody edits it, as far as this tab knows.',
      on: {
        'edit.recorded': 'active',
        'holder.seen': 'elsewhere',
      },
    },
    elsewhere: {
      description: 'Another tab edits it. This one follows, and takes over with the first keystroke.',
      tags: 'elsewhere',
      on: {
        'edit.recorded': 'active',
        'holder.seen': {target: 'elsewhere', reenter: true},
        'holder.left': 'free',
      },
      initial: 'known',
      states: {
        known: {
          description: 'It said so not long ago.',
          after: {doubt: 'doubting'},
        },
        doubting: {
          description: 'It has said nothing for a while, and is asked whether it is still there.',
          entry: 'announceDoubt',
          after: {answer: '#lease.free'},
        },
      },
    },
    active: {
      description: 'This tab edits it, or is about to. The lock is given back however this state is left.',
      invoke: {
        src: 'lock',
        id: 'lock',
        input: ({context}) => ({workspaceId: context.workspaceId}),
        onError: {
          description: 'Locks cannot be used at all; storage decides alone.',
          target: '.unlocked',
        },
      },
      on: {
        'release.requested': {target: 'free', actions: 'announceGiven'},
        'lock.failed': '.unlocked',
      },
      initial: 'waiting',
      states: {
        waiting: {
          description: 'Edits stay in memory for a moment: the tab that edited before may save what it has first.',
          tags: 'waiting',
          after: {askWait: 'stealing'},
          on: {'lock.granted': 'held'},
          initial: 'trying',
          states: {
            trying: {
              description: 'Perhaps nobody has it.',
              entry: {type: 'requestLock', params: {mode: 'free'}},
              on: {'lock.refused': 'asking'},
            },
            asking: {
              description: 'Another tab has it, and is asked to save and hand over.',
              tags: 'elsewhere',
              entry: ['announceWanted', {type: 'requestLock', params: {mode: 'wait'}}],
            },
          },
        },
        stealing: {
          description: 'The other tab did not answer: frozen, stuck or gone. It is taken over.',
          tags: 'elsewhere',
          entry: {type: 'requestLock', params: {mode: 'steal'}},
          after: {stealWait: 'unlocked'},
          on: {'lock.granted': 'held'},
        },
        held: {
          description: 'This tab edits it, and has the lock.',
          tags: 'here',
          entry: 'announceTaken',
          on: {
            'handover.requested': 'handingOver',
            'lock.lost': {
              description: 'Another tab took over. What is unsaved here is rebased like that of any follower.',
              target: '#lease.elsewhere',
              actions: 'announceLost',
            },
            'fence.passed': {
              description: 'A commit showed that another tab has taken over.',
              target: '#lease.elsewhere',
              actions: 'announceLost',
            },
          },
          initial: 'using',
          states: {
            using: {
              description: 'Edits come.',
              after: {idle: {target: '#lease.free', actions: 'announceGiven'}},
              on: {'edit.recorded': {target: 'using', reenter: true}},
            },
          },
        },
        handingOver: {
          description: 'Another tab wants it: what is unsaved is saved first, within a bound.',
          tags: 'here',
          invoke: {
            src: 'handOver',
            input: ({context}) => ({workspaceId: context.workspaceId}),
            onDone: {target: '#lease.elsewhere', actions: 'announceGiven'},
            onError: {
              description: 'It could not be saved; it stays in memory and is tried again.',
              target: '#lease.elsewhere',
              actions: 'announceGiven',
            },
          },
          after: {handOver: {target: '#lease.elsewhere', actions: 'announceGiven'}},
          on: {
            'lock.lost': {target: '#lease.elsewhere', actions: 'announceLost'},
          },
        },
        unlocked: {
          description: 'Locks do not answer. It is edited without one; storage decides who was first.',
          tags: 'here',
          entry: 'announceTaken',
          on: {
            'handover.requested': 'handingOver',
            'fence.passed': {
              description: 'A commit showed that another tab has taken over.',
              target: '#lease.elsewhere',
              actions: 'announceLost',
            },
          },
          initial: 'using',
          states: {
            using: {
              description: 'Edits come.',
              after: {idle: {target: '#lease.free', actions: 'announceGiven'}},
              on: {'edit.recorded': {target: 'using', reenter: true}},
            },
          },
        },
      },
    },
  },
})
