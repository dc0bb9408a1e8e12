import type {AnyActorRef, SnapshotFrom} from 'xstate'
import {createServerSaves, type ServerSaves} from '../../src/host/outbox/server-saves.ts'
import {type OutboxEvent, outboxMachine} from '../../src/machines/outbox/outbox.machine.ts'
import {defaultSessionRetry} from '../../src/machines/session/session.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {OUTBOX_PREFIX} from '../../src/model/keys.ts'
import type {TabBus} from '../../src/model/tab-bus.ts'
import type {WorkspaceServer} from '../../src/model/workspace-server.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {assertHealthy, followActor, type RealSystem, SCOPE_PREFIX, startSystem, type World} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof outboxMachine>

type Save = {readonly id: string; resolve(answer: {version: string}): void; reject(error: Error): void}

type Notebook = {
  /** Workspaces that nobody has asked to be sent so far. */
  readonly rest: string[]
  /** Those that are saved to the server, or are to be. */
  readonly included: Set<string>
  /** What is on its way. */
  readonly sent: Save[]
  readonly arrived: string[]
}

type OutboxSystem = RealSystem & {
  readonly saves: ServerSaves
  readonly other: TabBus
  readonly notebook: Notebook
  readonly chart: () => AnyActorRef | undefined
}

/** More than any path sends. */
const ids = Array.from({length: 12}, (_, index) => `w${index + 10}`)
const GATHER_MS = 2_000

/** Workspaces on their way to a server that is answered by hand; another tab tells of changes, a person asks for it now. */
export const outboxModel = (world: World): ChartModel<typeof outboxMachine, OutboxSystem> => ({
  machine: outboxMachine,
  input: {retry: defaultSessionRetry, jitter: 1, gatherMs: GATHER_MS},
  place: ({context: {isOutdated, attempts}}) => [isOutdated, attempts > 0],
  start: async ({inspect}) => {
    const newBus = createFakeBuses()
    const [bus, other] = [newBus(), newBus()]
    const system = await startSystem(world, {
      inspect,
      records: await recordsOfWorkspaces(world, ids),
      waits: (method, args) => method === 'readPrefix' && args[0] === SCOPE_PREFIX + OUTBOX_PREFIX,
      bus,
    })
    const chart = followActor(system, outboxMachine.id)
    const notebook: Notebook = {rest: [...ids], included: new Set(), sent: [], arrived: []}
    const saves = createServerSaves(system.keepspace, {
      server: serverOf(notebook),
      gatherMs: GATHER_MS,
      includes: ({id}) => notebook.included.has(id),
    })
    return {...system, saves, other, notebook, chart}
  },
  stop: async (system) => {
    system.saves.close()
    await system.stop()
  },
  time: ({time}) => time,
  settle: async (system) => {
    await system.settle()
    const {chart, storage} = system
    if (chart()?.getSnapshot().value === 'sending' && storage.waiting.length > 0) {
      // What could not be read at the beginning is read first.
      storage.waiting[0]?.succeed()
      await system.settle()
    }
  },
  events: {
    'work.arrived': {
      cases: ({context}) => (context.isOutdated ? [] : [{}]),
      perform: ({notebook, other}) => {
        include(notebook)
        other.post({type: 'committed', workspaceId: ids[0] as never, revision: Number.MAX_SAFE_INTEGER})
      },
    },
    'flush.requested': ({saves, chart}, _, {before}) => {
      if (before.matches('sending')) {
        chart()?.send({type: 'flush.requested'} satisfies OutboxEvent)
      } else {
        void saves.flush()
      }
    },
    'network.returned': ({saves}) => saves.networkReturned(),
    'token.delivered': ({saves}) => saves.tokenDelivered(),
    'close.requested': ({saves}) => saves.close(),
  },
  done: {
    begin: {
      cases: () => [{hasMore: true}, {hasMore: false}],
      perform: ({storage, notebook}, output) => {
        arrange(notebook, output)
        storage.waiting[0]?.succeed()
      },
    },
    sendNext: {
      cases: () => [{hasMore: true}, {hasMore: false}],
      perform: async (system, output, {after}) => {
        const {notebook} = system
        const save = notebook.sent.shift()
        arrange(notebook, output)
        notebook.arrived.push(...(save === undefined ? [] : [save.id]))
        save?.resolve({version: '1'})
        await system.settle()
        if (after.matches('gathering')) {
          include(notebook)
        }
      },
    },
  },
  failed: {
    begin: {
      cases: () => [new KeepspaceError('storage.unavailable')],
      perform: ({storage, notebook}, error) => {
        include(notebook)
        storage.waiting[0]?.fail(error as KeepspaceError)
      },
    },
    sendNext: {
      cases: ({context}) =>
        context.attempts > 2 ? [] : [new KeepspaceError('server.offline'), new KeepspaceError('server.unauthorized')],
      perform: ({notebook}, error) => notebook.sent.shift()?.reject(error as KeepspaceError),
    },
  },
  states: {
    '': (system, snapshot) => {
      assertHealthy(system)
      const {saves, notebook, keepspace} = system
      const {phase, error} = saves.getSnapshot()
      const code = snapshot.context.error?.code
      assertSame('what is told', {phase, code: error?.code}, {phase: phaseOf(snapshot), code})
      // What is on its way when everything is closed is asked for at the next start.
      if (!snapshot.matches('closed')) {
        assertSame('workspaces on their way', notebook.sent.length, snapshot.matches('sending') ? 1 : 0)
      }
      const there = ids.filter((id) => keepspace.getStatus(id).level === 'onServer')
      assertSame('workspaces on the server', there, notebook.arrived.toSorted())
    },
  },
})

const phases: Readonly<Record<string, string>> = {backingOff: 'waiting'}

function phaseOf({value}: Snapshot): string {
  return typeof value === 'object' ? 'paused.unauthorized' : (phases[value] ?? value)
}

function include({rest, included}: Notebook): void {
  const next = rest.shift()
  if (next === undefined) {
    throw new Error('A path sends more workspaces than there are')
  }
  included.add(next)
}

/** Makes what is to be sent next fit the answer. */
function arrange(notebook: Notebook, output: unknown): void {
  if ((output as {readonly hasMore: boolean}).hasMore) {
    include(notebook)
  } else {
    notebook.included.clear()
  }
}

/** A server that has nothing, and keeps what it acknowledges to itself. */
function serverOf({sent}: Notebook): WorkspaceServer {
  return {
    load: async () => undefined,
    save: ({id}) => new Promise((resolve, reject) => void sent.push({id, resolve, reject})),
  }
}
