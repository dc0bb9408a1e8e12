import type {AnyActorRef, SnapshotFrom} from 'xstate'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import type {Sessions} from '../../src/host/sessions/sessions-handle.ts'
import {type DecideInput, type RecoveryEvent, recoveryMachine} from '../../src/machines/recovery/recovery.machine.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EntryId, WorkspaceId} from '../../src/model/ids.ts'
import {SESSION_PREFIX} from '../../src/model/keys.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {createAnsweredServer} from './answered-server.ts'
import {createOtherTab, type OtherTab} from './other-tab.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {
  assertHealthy,
  followActor,
  type RealSystem,
  SCOPE_PREFIX,
  startSystem,
  storedText,
  type World,
} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof recoveryMachine>

type Notebook = {
  typed: number
  /** What is stored on this device, and what the server acknowledged. */
  text: string
  /** Decisions that could not be carried out, and how many of those who decided were told so. */
  refused: number
  told: number
}

type RecoverySystem = RealSystem & {
  readonly sessions: Sessions
  readonly server: ReturnType<typeof createAnsweredServer>
  readonly other: OtherTab
  readonly notebook: Notebook
  readonly chart: () => AnyActorRef | undefined
}

const id = 'w1' as WorkspaceId
const entryId = 'entry' as EntryId
const ACKNOWLEDGED = 'stored'

/** A session with work that the server may lack: this device is read, a person decides, the server answers. */
export const recoveryModel = (world: World): ChartModel<typeof recoveryMachine, RecoverySystem> => ({
  machine: recoveryMachine,
  place: (snapshot) => [snapshot.context.isOutdated, snapshot.context.error !== undefined, decisionIn(snapshot)],
  start: async ({inspect}) => {
    const other = createOtherTab(world)
    const system = await startSystem(world, {
      inspect,
      records: await recordsOfWorkspaces(world, [id]),
      waits: (method, args) =>
        method === 'readPrefix' && args[0] === SCOPE_PREFIX + SESSION_PREFIX && isLooking(chart()),
      bus: other.busOfFirst,
    })
    const chart = followActor(system, recoveryMachine.id)
    await other.open(system, id)
    const server = createAnsweredServer()
    const sessions = createSessions(system.keepspace, {server: server.link})
    await sessions.saveAs(entryId, {title: 'Session'})
    return {...system, sessions, server, other, notebook: {typed: 0, text: ACKNOWLEDGED, refused: 0, told: 0}, chart}
  },
  stop: async (system) => {
    system.sessions.close()
    await system.stop()
  },
  time: ({time}) => time,
  settle,
  events: {
    'look.requested': {
      cases: ({context}) => (context.isOutdated ? [] : [{}]),
      perform: ({sessions}) => void sessions.recovery.look(),
    },
    'decision.made': {
      cases: () => [
        {entryId, decision: 'recover'},
        {entryId, decision: 'discard'},
      ],
      perform: ({sessions, chart, notebook}, {decision}, {before}) => {
        if (!before.matches('offering')) {
          // Whoever decides too early or too late is told.
          chart()?.send({type: 'decision.made', entryId, decision} satisfies RecoveryEvent)
          return
        }
        sessions.recovery[decision](entryId).catch(() => {
          notebook.told += 1
        })
      },
    },
  },
  done: {
    look: {
      cases: () => [{undecided: 0}, {undecided: 1}],
      perform: async (system, output) => {
        const {undecided} = output as {readonly undecided: number}
        await (undecided > 0 ? writeAnew(system) : write(system, ACKNOWLEDGED))
        answerReads(system)
      },
    },
    decide: {
      cases: (snapshot) => [decisionIn(snapshot)],
      isImmediate: (snapshot) => decisionIn(snapshot) === 'recover',
      perform: ({server, notebook}, decision) => {
        if (decision === 'discard') {
          notebook.text = ACKNOWLEDGED
          server.show(1)
        }
      },
    },
  },
  failed: {
    look: {
      cases: () => [new KeepspaceError('storage.unavailable')],
      perform: ({storage}, error) => {
        for (const call of [...storage.waiting]) {
          call.fail(error as KeepspaceError)
        }
      },
    },
    decide: {
      cases: (snapshot) => (decisionIn(snapshot) === 'discard' ? [new KeepspaceError('server.offline')] : []),
      perform: ({server, notebook}, error) => {
        notebook.refused += 1
        server.hide(error as KeepspaceError)
      },
    },
  },
  states: {
    '': async (system, snapshot) => {
      assertHealthy(system)
      const {phase, error} = system.sessions.recovery.getSnapshot()
      assertSame(
        'what is told',
        {phase, code: error?.code},
        {phase: snapshot.value, code: snapshot.context.error?.code},
      )
      assertSame('looks under way', system.storage.waiting.length > 0, snapshot.matches('looking'))
      assertSame('what is stored', await storedText(system, id), system.notebook.text)
    },
    offering: ({sessions, notebook}) => {
      assertOffered(sessions, [entryId])
      assertSame('how many were told that it failed', notebook.told, notebook.refused)
    },
    settled: ({sessions}) => assertOffered(sessions, []),
    deciding: ({server}) => assertSame('versions asked for', server.asked, 1),
  },
})

function assertOffered({recovery}: Sessions, expected: readonly EntryId[]): void {
  const offered = recovery.getSnapshot().items.map((item) => item.entryId)
  assertSame('what is offered', offered, expected)
}

function isLooking(chart: AnyActorRef | undefined): boolean {
  return chart?.getSnapshot().matches('looking') === true
}

/** Which decision is being carried out. */
function decisionIn({children}: Snapshot): DecideInput['decision'] | undefined {
  const deciding = (children as Readonly<Record<string, AnyActorRef | undefined>>)['0.recovery.deciding']
  return (deciding?.getSnapshot() as {readonly input?: DecideInput} | undefined)?.input?.decision
}

/** Work that nobody has decided about. */
async function writeAnew(system: RecoverySystem): Promise<void> {
  const {notebook, other, time} = system
  notebook.typed += 1
  await time.advanceAsync(1)
  await write(system, `text ${notebook.typed}`)
  other.tell(id)
  await system.settle()
}

async function write({other, notebook}: RecoverySystem, text: string): Promise<void> {
  notebook.text = text
  await other.write(text)
}

function answerReads({storage}: RecoverySystem): void {
  for (const call of [...storage.waiting]) {
    call.succeed()
  }
}

/** A hash takes its time, on no clock of ours. One that takes longer is missing. */
const LONGEST_HASH_MS = 3_000

async function settle(system: RecoverySystem): Promise<void> {
  const {chart, server, storage, time} = system
  const endsAtMs = performance.now() + LONGEST_HASH_MS
  const isAtWork = () => {
    const state = String(chart()?.getSnapshot().value)
    if (state !== 'looking') {
      answerReads(system)
    }
    const waiting = {looking: storage.waiting.length, deciding: server.asked}[state]
    return waiting === 0 && performance.now() < endsAtMs
  }
  do {
    // What is discarded gathers first; no deadline runs meanwhile.
    const isDeciding = chart()?.getSnapshot().value === 'deciding' && server.asked === 0
    await time.advanceAsync(isDeciding ? defaultWriterPolicy.collectWindowMs : 0)
    await system.settle()
  } while (isAtWork())
  await system.settle()
}
