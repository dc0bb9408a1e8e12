import type {SnapshotFrom} from 'xstate'
import {SHUTDOWN_ACTOR_ID} from '../../src/machines/root/root.machine.ts'
import {type DrainOutput, shutdownMachine} from '../../src/machines/shutdown/shutdown.machine.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {ShutdownSnapshot} from '../../src/model/shutdown.ts'
import type {CommitGroup} from '../../src/model/storage-port.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {note} from '../support/definitions.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {assertHealthy, type RealSystem, startSystem, storedText, type World} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof shutdownMachine>

type Notebook = {
  /** How many workspaces storage has taken. */
  saved: number
  begun: number
  cancelled: number
  /** Who was late at the end of the last try. */
  late: readonly string[]
}

type ShutdownSystem = RealSystem & {readonly notebook: Notebook}

const ids = ['w1', 'w2'] as const
/** One bound is over before people are shown how far it is, the other one later. */
const SHORT_MS = 500
const LONG_MS = 2_000
const PROGRESS_MS = 800
const COLLECT_WINDOW_MS = defaultWriterPolicy.collectWindowMs

/** Two workspaces with something unsaved; storage takes one after the other, or does not answer in time. */
export const shutdownModel = (world: World): ChartModel<typeof shutdownMachine, ShutdownSystem> => ({
  machine: shutdownMachine,
  place: ({context: {timeoutMs, closesAnyway, total, durable, late}}) => [
    timeoutMs,
    closesAnyway,
    total,
    durable,
    late,
  ],
  start: async ({inspect}) => {
    const records = await recordsOfWorkspaces(world, ids)
    const system = await startSystem(world, {
      inspect,
      records,
      waits: (method, args) => method === 'commit' && isSave(args[0] as readonly CommitGroup[]),
    })
    for (const id of ids) {
      system.keepspace.open(id)
      await system.settle()
      system.keepspace.workspace(id).component(note, 'n1').set({text: 'new'})
      await system.settle()
      // The save of the first one is with storage before the other one asks.
      void system.keepspace.persist(id, 'explicit')
      await system.time.advanceAsync(0)
    }
    return {...system, notebook: {saved: 0, begun: 0, cancelled: 0, late: []}}
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: async (system) => {
    await system.settle()
    // What is written at last gathers first.
    await system.time.advanceAsync(0)
    await system.settle()
  },
  events: {
    'shutdown.requested': {
      cases: requestsIn,
      perform: ({keepspace, notebook}, {timeoutMs, closesAnyway}, {before}) => {
        notebook.begun += before.matches('draining') ? 0 : 1
        void (closesAnyway ? keepspace.dispose({timeoutMs}) : keepspace.shutdown({timeoutMs}))
      },
    },
    'progress.made': {
      cases: progressIn,
      isImmediate: isBeginning,
      perform: async (system, {total, durable}, {before}) => {
        if (!before.matches('draining')) {
          system.actor(SHUTDOWN_ACTOR_ID).send({type: 'progress.made', total, durable})
        } else if (durable > 0) {
          system.notebook.saved += 1
          // What was asked for during the transaction before gathers first.
          await (system.storage.waiting.length === 0 && system.time.advanceAsync(COLLECT_WINDOW_MS))
          system.storage.waiting[0]?.succeed()
        }
      },
    },
    'cancel.requested': {
      cases: ({context}) => (context.durable > 0 ? [] : [{}]),
      perform: ({actor, keepspace, notebook}, _, {before}) => {
        if (before.matches('open')) {
          actor(SHUTDOWN_ACTOR_ID).send({type: 'cancel.requested'})
          return
        }
        notebook.cancelled += 1
        notebook.late = []
        keepspace.cancelShutdown()
      },
    },
    'close.confirmed': ({actor, keepspace}, _, {before}) => {
      if (before.matches('open')) {
        actor(SHUTDOWN_ACTOR_ID).send({type: 'close.confirmed'})
      } else {
        void keepspace.closeAnyway()
      }
    },
  },
  done: {
    drain: {
      cases: drainsIn,
      isImmediate: isAllDurable,
      perform: async ({time}, _, {before}) => {
        if (!isAllDurable(before)) {
          const {timeoutMs} = before.context
          await time.advanceAsync(isSlow(before) ? timeoutMs - PROGRESS_MS : timeoutMs)
        }
      },
    },
  },
  failed: {
    drain: {
      cases: (snapshot) => (isAllDurable(snapshot) ? [] : [new KeepspaceError('usage')]),
      // Only a fault of our own ends it that way.
      perform: ({actor}, error) =>
        actor(SHUTDOWN_ACTOR_ID).send({type: 'xstate.error.actor.0.shutdown.draining', error}),
    },
  },
  after: {
    progress: {
      cases: ({context}) => (context.timeoutMs > PROGRESS_MS ? [undefined] : []),
      remainingMs: () => PROGRESS_MS,
    },
  },
  states: {
    '': async (system, snapshot) => {
      assertHealthy(system)
      const {keepspace, notebook, events} = system
      if (snapshot.matches('closing')) {
        return assertClosed(system)
      }
      notebook.late = snapshot.matches('late') ? unsaved(notebook) : notebook.late
      const {total, durable} = snapshot.context
      const {phase, isSlow: isShown, ...shown} = keepspace.getShutdown()
      assertSame(
        'what is shown',
        {phase, isSlow: isShown, total: shown.total, durable: shown.durable, late: namesIn(shown)},
        {phase: phaseOf(snapshot), isSlow: isSlow(snapshot), total, durable, late: notebook.late},
      )
      const count = (type: string) => events.filter((event) => event.type === type).length
      assertSame(
        'how often it began and was cancelled',
        [count('shutdown_started'), count('shutdown_cancelled')],
        [notebook.begun, notebook.cancelled],
      )
      if (isSlow(snapshot)) {
        assertSame(
          'the progress that was told',
          events.findLast(({type}) => type === 'shutdown_progress'),
          {type: 'shutdown_progress', total, durable},
        )
      }
      assertSame('what an app is answered', answerOf(system), snapshot.hasTag('accepting') ? 'accepted' : 'closing')
      await assertStored(system)
    },
  },
})

/** The product tidies up meanwhile. */
function isSave(groups: readonly CommitGroup[]): boolean {
  return groups.some(({puts}) => puts.some(({key}) => key.includes('/c/')))
}

function phaseOf({value}: Snapshot): string {
  return String(typeof value === 'string' ? value : Object.keys(value)[0])
}

function isSlow(snapshot: Snapshot): boolean {
  return snapshot.matches({draining: 'slow'})
}

/** How many have to be saved is told at once. */
function isBeginning(snapshot: Snapshot): boolean {
  return snapshot.matches('draining') && snapshot.context.total === 0
}

function isAllDurable({context: {total, durable}}: Snapshot): boolean {
  return total > 0 && durable === total
}

function requestsIn(snapshot: Snapshot) {
  const {durable, late} = snapshot.context
  if (snapshot.matches('draining')) {
    return [false, true].map((closesAnyway) => ({timeoutMs: SHORT_MS, closesAnyway}))
  }
  // What is durable by then shows at once, in no order.
  const isFresh = durable === 0 && late !== 1
  return isFresh
    ? [
        {timeoutMs: SHORT_MS, closesAnyway: false},
        {timeoutMs: LONG_MS, closesAnyway: false},
        {timeoutMs: SHORT_MS, closesAnyway: true},
      ]
    : []
}

function progressIn(snapshot: Snapshot) {
  const {total, durable} = snapshot.context
  if (!snapshot.matches('draining')) {
    return [{total: 1, durable: 1}]
  }
  return [{total: ids.length, durable: total === 0 ? 0 : durable + 1}]
}

/** It ends when all is durable, or when its bound is over. */
function drainsIn(snapshot: Snapshot): readonly DrainOutput[] {
  const {timeoutMs, durable} = snapshot.context
  if (isAllDurable(snapshot)) {
    return [{late: 0, remainingMs: 0}]
  }
  return timeoutMs === SHORT_MS || isSlow(snapshot) ? [{late: ids.length - durable, remainingMs: 0}] : []
}

function unsaved({saved}: Notebook): readonly string[] {
  return ids.slice(saved)
}

function namesIn({late}: Pick<ShutdownSnapshot, 'late'>): readonly string[] {
  return late.map(({target}) => target).toSorted()
}

function answerOf({keepspace}: ShutdownSystem): string {
  try {
    keepspace.open(ids[0])
    return 'accepted'
  } catch (error) {
    return KeepspaceError.from(error).code
  }
}

/** The end comes by itself, whatever storage does. */
async function assertClosed(system: ShutdownSystem): Promise<void> {
  const {keepspace, notebook, time} = system
  await time.advanceAsync(LONG_MS)
  const end = keepspace.getShutdown()
  assertSame('the end', {phase: end.phase, late: namesIn(end)}, {phase: 'closed', late: unsaved(notebook)})
  assertSame('what an app is answered', answerOf(system), 'disposed')
  await assertStored(system)
}

async function assertStored(system: ShutdownSystem): Promise<void> {
  const texts = await Promise.all(ids.map((id) => storedText(system, id)))
  const expected = ids.map((_, index) => (index < system.notebook.saved ? 'new' : 'stored'))
  assertSame('what is stored', texts, expected)
}
