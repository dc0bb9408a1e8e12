import type {SnapshotFrom} from 'xstate'
import {writerMachine} from '../../src/machines/writer/writer.machine.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {CLOCK_KEY} from '../../src/model/keys.ts'
import type {CommitGroup} from '../../src/model/storage-port.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {assertSame} from './same.ts'
import {assertHealthy, type RealSystem, SCOPE_PREFIX, startSystem, storedTitles, type World} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof writerMachine>

type Notebook = {
  count: number
  /** Asked for, and not with storage yet. */
  asked: string[]
  /** In the transaction that storage has not answered. */
  sent: string[]
  stored: string[]
  refused: string[]
  /** What came of what was asked for, as it was answered. */
  readonly answers: Map<string, 'done' | 'refused'>
}

type WriterSystem = RealSystem & {readonly notebook: Notebook}

/** A workspace that cannot be loaded may be looked at: it is there, and never saved. */
const LOOKED_AT = 'missing'

/** The writer, by what is asked of it: entries may wait a moment, presets may not. */
export const writerModel = (world: World): ChartModel<typeof writerMachine, WriterSystem> => ({
  machine: writerMachine,
  input: {policy: defaultWriterPolicy},
  place: ({context: {hasWork, isClosing, attempt, error}}) => [hasWork, isClosing, Math.min(attempt, 2), error?.code],
  start: async ({inspect}) => {
    const system = await startSystem(world, {
      inspect,
      waits: (method, args) => method === 'commit' && !isOfClock(args[0] as readonly CommitGroup[]),
    })
    const notebook: Notebook = {count: 0, asked: [], sent: [], stored: [], refused: [], answers: new Map()}
    system.keepspace.open(LOOKED_AT)
    await system.settle()
    system.keepspace.workspace(LOOKED_AT).openReadOnly()
    await system.settle()
    return {...system, notebook}
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: (system) => system.settle(),
  events: {
    'work.arrived': {
      cases: ({context}) => (context.isClosing ? [] : [{isUrgent: false}, {isUrgent: true}]),
      perform: ask,
    },
    'retry.requested': {
      cases: ({context}) => (context.isClosing ? [] : [{}]),
      perform: ({keepspace}) => keepspace.retryStorage(),
    },
    'close.requested': {
      cases: ({context}) => (context.isClosing ? [] : [{}]),
      perform: ({keepspace}) => void keepspace.dispose({timeoutMs: 1e9}),
    },
  },
  done: {
    commit: {
      cases: ({context}) => [{remainingCount: context.hasWork ? 1 : 0}],
      perform: ({storage, notebook}) => {
        notebook.stored.push(...notebook.sent.splice(0))
        storage.waiting[0]?.succeed()
      },
    },
  },
  failed: {
    commit: {
      cases: ({context}) =>
        context.attempt > 2
          ? []
          : [
              new KeepspaceError('storage.unavailable'),
              new KeepspaceError('storage.quota'),
              new KeepspaceError('disposed'),
            ],
      perform: async ({storage, notebook, settle}, error) => {
        const {code} = error as KeepspaceError
        const tries = triesOf(notebook.sent.length, code)
        notebook.refused.push(...notebook.sent.splice(0))
        for (let left = tries; left > 0; left -= 1) {
          storage.waiting[0]?.fail(error as KeepspaceError)
          await settle()
        }
      },
    },
  },
  states: {
    '': async (system, snapshot) => {
      assertHealthy(system)
      followClosing(system, snapshot)
      const {code, phase} = writerStatusFor(snapshot)
      const {storage} = system.keepspace.getSnapshot()
      assertSame('status of storage', {phase: storage.phase, code: storage.error?.code}, {phase, code})
      const {stored, refused, answers} = system.notebook
      const titles = [...(await storedTitles(system, 'entry/')), ...(await storedTitles(system, 'preset/'))]
      assertSame('what is stored', titles.sort(), stored.toSorted())
      const expected = [...stored.map((key) => [key, 'done']), ...refused.map((key) => [key, 'refused'])]
      assertSame('what was answered', [...answers].sort(), expected.sort())
    },
    idle: nothingIsWithStorage,
    collecting: nothingIsWithStorage,
    committing: ({storage, notebook}) => {
      // Whatever was asked for by now goes with the transaction.
      notebook.sent.push(...(notebook.sent.length === 0 ? notebook.asked.splice(0) : []))
      const sent = storage.waiting.map(({args}) => titlesOf(args[0] as readonly CommitGroup[]))
      assertSame('transactions with storage', sent, [notebook.sent.toSorted()])
    },
    backingOff: nothingIsWithStorage,
    stuck: nothingIsWithStorage,
    closed: nothingIsWithStorage,
  },
})

/** Asks for a record of its own, and notes the answer when it comes. */
function ask({keepspace, notebook, settle}: WriterSystem, {isUrgent}: {readonly isUrgent: boolean}): Promise<void> {
  notebook.count += 1
  const title = `${isUrgent ? 'preset' : 'entry'} ${notebook.count}`
  notebook.asked.push(title)
  const asking = isUrgent
    ? keepspace.presets.save(LOOKED_AT as WorkspaceId, title)
    : keepspace.catalogue.createEntry({title})
  asking.then(
    () => notebook.answers.set(title, 'done'),
    () => notebook.answers.set(title, 'refused'),
  )
  return settle()
}

/** Where there is no room for several at once, each of them is tried alone. */
export function triesOf(sentCount: number, code: string): number {
  return code === 'storage.quota' && sentCount > 1 ? 1 + sentCount : 1
}

/** What was asked for before the end and cannot be written any more is refused. */
function followClosing({notebook}: WriterSystem, {value}: Snapshot): void {
  if (value === 'closed') {
    notebook.refused.push(...notebook.asked.splice(0))
  }
}

function nothingIsWithStorage({storage}: WriterSystem): void {
  assertSame('transactions with storage', storage.waiting.length, 0)
}

export function writerStatusFor(snapshot: Snapshot) {
  const {attempt, error} = snapshot.context
  if (snapshot.hasTag('closed')) {
    return {phase: 'closed', code: error?.code}
  }
  if (snapshot.hasTag('stuck')) {
    return {phase: 'stuck', code: error?.code}
  }
  return {phase: attempt > 0 ? 'backingOff' : 'ready', code: error?.code}
}

/** What the clock showed is written down beside the writer. */
function isOfClock(groups: readonly CommitGroup[]): boolean {
  return groups.every(({expect}) => expect.key === SCOPE_PREFIX + CLOCK_KEY)
}

function titlesOf(groups: readonly CommitGroup[]): readonly string[] {
  return groups.flatMap(({puts}) => puts.map(({value}) => (value as {title: string}).title)).sort()
}
