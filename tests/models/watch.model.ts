import {type AnyActorRef, assign, type SnapshotFrom} from 'xstate'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import type {Sessions} from '../../src/host/sessions/sessions-handle.ts'
import {type WatchEvent, watchMachine} from '../../src/machines/watch/watch.machine.ts'
import {defaultWatch, pollMs} from '../../src/machines/watch/watch.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EntryId, WorkspaceId} from '../../src/model/ids.ts'
import type {PageEvent} from '../../src/model/page-lifecycle.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {createFakePage, type FakePage} from '../../src/testing/fake-page.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {assertHealthy, followActor, type RealSystem, startSystem, type World} from './start-system.ts'
import {createTellingServer, type TellingServer} from './telling-server.ts'

type WatchSystem = RealSystem & {
  readonly page: FakePage
  readonly sessions: Sessions
  readonly server: TellingServer
  readonly chart: () => AnyActorRef | undefined
}

const id = 'w1' as WorkspaceId
const entryId = 'entry' as EntryId

type Snapshot = SnapshotFrom<typeof watchMachine>
type Context = Snapshot['context']

/** What the chart does not remember itself: how long it waits was decided when it began to. */
type Remembered = {readonly waitsAsLive?: boolean}

const remember = (facts: Partial<Context> & Remembered) => facts as Partial<Context>
const waitsAsLive = (context: Context) => (context as Remembered).waitsAsLive === true

const machineOfModel = watchMachine.provide({
  actions: {
    noteAnswer: assign(({context}) => remember({failures: 0, retryAfterMs: 0, waitsAsLive: context.isLive})),
    noteFailure: assign(({context}) => remember({failures: context.failures + 1, waitsAsLive: context.isLive})),
    noteSilent: assign(({context, event}) =>
      remember({isLive: false, waitsAsLive: event.type !== 'stream.closed' && waitsAsLive(context)}),
    ),
  },
})

/** A session watched from a window that is opened in the background; the server answers and tells by hand. */
export const watchModel = (world: World): ChartModel<typeof watchMachine, WatchSystem> => ({
  machine: machineOfModel,
  input: {entryId, policy: defaultWatch, isVisible: false},
  place: ({context}) => {
    const {isVisible, isLive, isOutdated, failures} = context
    return [isVisible, isLive, isOutdated, Math.min(failures, 2), waitsAsLive(context)]
  },
  start: async ({inspect}) => {
    const page = createFakePage({isVisible: false, isFocused: false})
    const system = await startSystem(world, {
      inspect,
      records: await recordsOfWorkspaces(world, [id]),
      waits: () => false,
      lifecycle: page.lifecycle,
    })
    const chart = followActor(system, watchMachine.id)
    const server = createTellingServer()
    const sessions = createSessions(system.keepspace, {server: server.link})
    await sessions.saveAs(entryId, {title: 'Session'})
    sessions.watch(entryId)
    return {...system, page, sessions, server, chart}
  },
  stop: async (system) => {
    system.sessions.close()
    await system.stop()
  },
  time: ({time}) => time,
  settle: (system) => system.settle(),
  events: {
    'page.shown': told('visible'),
    'page.focused': told('focused'),
    'page.hidden': told('hidden'),
    'hint.arrived': told('online'),
    'stream.opened': telling('stream.opened', ({server}) => server.tell()),
    'stream.closed': telling('stream.closed', ({server}) => server.end()),
    'token.delivered': ({sessions}) => sessions.tokenDelivered(),
  },
  done: {look: ({server}) => server.answer()},
  failed: {
    look: {
      cases: ({context}) =>
        context.failures > 1
          ? []
          : [
              new KeepspaceError('server.offline'),
              new KeepspaceError('server.unauthorized'),
              new KeepspaceError('session.gone'),
            ],
      perform: ({server}, error) =>
        server.refuse(
          (error as KeepspaceError).code === 'session.gone'
            ? new KeepspaceError('notFound')
            : (error as KeepspaceError),
        ),
    },
    listen: {
      cases: () => [new KeepspaceError('usage')],
      // Who cannot listen tries again by itself; only a fault of our own ends it.
      perform: ({chart}, error) => chart()?.send({type: 'xstate.error.actor.listen', error}),
    },
  },
  after: {
    poll: {remainingMs: ({context}) => pollMs(defaultWatch, {...context, isLive: waitsAsLive(context)})},
  },
  states: {
    '': (system, snapshot) => {
      assertHealthy(system)
      const {server, sessions} = system
      assertSame('questions under way', server.asked, snapshot.matches({seen: 'looking'}) ? 1 : 0)
      assertSame('the newest revision that is known', sessions.getStatus(entryId).serverRevision, server.revision)
      if (!snapshot.matches('seen')) {
        assertSame('whether it listens', server.isHeard, false)
      }
    },
  },
})

function told(event: PageEvent) {
  return ({page}: WatchSystem) => page.emit(event)
}

/** What the server cannot tell at that moment is sent. */
function telling(type: WatchEvent['type'], act: (system: WatchSystem) => boolean) {
  return (system: WatchSystem) => {
    if (!act(system)) {
      system.chart()?.send({type})
    }
  }
}
