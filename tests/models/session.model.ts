import {type AnyActorRef, assign, type SnapshotFrom} from 'xstate'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import type {Sessions} from '../../src/host/sessions/sessions-handle.ts'
import {type SessionChoice, type SessionEvent, sessionMachine} from '../../src/machines/session/session.machine.ts'
import {defaultSessionRetry} from '../../src/machines/session/session.policy.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EntryId, WorkspaceId} from '../../src/model/ids.ts'
import {SESSION_PREFIX, sessionKey} from '../../src/model/keys.ts'
import type {SessionPhase} from '../../src/model/session.ts'
import type {Selector, StoragePort} from '../../src/model/storage-port.ts'
import type {ChartModel, Perform} from '../../src/testing/chart-model.ts'
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

type Snapshot = SnapshotFrom<typeof sessionMachine>

type Notebook = {
  typed: number
  /** What the server acknowledged last, as this device knows it. */
  known: string
  /** How many wait for a save that they asked for. */
  askedSaves: number
}

type SessionSystem = RealSystem & {
  readonly sessions: Sessions
  readonly server: ReturnType<typeof createAnsweredServer>
  readonly other: OtherTab
  readonly notebook: Notebook
  readonly session: () => AnyActorRef | undefined
}

const id = 'w1' as WorkspaceId
const entryId = 'entry' as EntryId
const THEIRS = 'stored'

type Remembered = {
  /** Nothing was written since it was last looked at. */
  readonly isFresh?: boolean
  /** What is stored says that the server has no such session any more. */
  readonly isGone?: boolean
  /** That it was gone was stored, and what this tab knows of the session is older. */
  readonly wasGone?: boolean
}

const acknowledged = {attempts: 0, retryAfterMs: 0, error: undefined, isGone: false, wasGone: false}

const machineOfModel = sessionMachine.provide({
  actions: {
    noteFresh: assign(({context, event}) => {
      const {type} = event as {readonly type: string}
      const isStillFresh = type === 'remote.seen' && (context as Remembered).isFresh && !context.isOutdated
      const isFresh = type === 'xstate.init' || type.endsWith('session.resolving') || isStillFresh
      return {isOutdated: false, isFresh} as object
    }),
    noteGone: assign(
      () =>
        ({isChanged: true, error: new KeepspaceError('session.gone').report, isGone: true, wasGone: true}) as object,
    ),
    noteRemote: assign(
      ({context}, {revision}) =>
        ({remoteRevision: Math.max(context.remoteRevision, revision), isGone: false}) as object,
    ),
    noteBase: assign(
      ({context}, {revision}) =>
        ({
          ...acknowledged,
          baseRevision: revision,
          remoteRevision: Math.max(context.remoteRevision, revision),
        }) as object,
    ),
    noteChosen: assign(
      (_, {revision}) => ({...acknowledged, baseRevision: revision, remoteRevision: revision}) as object,
    ),
  },
})

/** One session: another tab edits its entry, the server and the network answer by hand, a person saves and chooses. */
export const sessionModel = (world: World): ChartModel<typeof sessionMachine, SessionSystem> => ({
  machine: machineOfModel,
  input: {entryId, baseRevision: 1, retry: defaultSessionRetry, jitter: 1},
  place: (snapshot) => {
    const {isOutdated, wantsSave} = snapshot.context
    // How often it failed, and how, only changes how long it waits and what is shown.
    const known = [isFreshIn(snapshot), isGoneIn(snapshot), wasGoneIn(snapshot)]
    return [isOutdated, wantsSave, isBehind(snapshot), choiceIn(snapshot), known]
  },
  start: async ({inspect}) => {
    const other = createOtherTab(world)
    const system = await startSystem(world, {
      inspect,
      records: await recordsOfWorkspaces(world, [id]),
      // Comparing begins with a look at what is known of the session.
      waits: (method, args) =>
        method === 'read' && isOfSession(args[0] as readonly Selector[]) && isComparing(session()),
      bus: other.busOfFirst,
    })
    const session = followActor(system, sessionMachine.id)
    await other.open(system, id)
    const server = createAnsweredServer()
    const sessions = createSessions(system.keepspace, {server: server.link})
    await sessions.saveAs(entryId, {title: 'Session'})
    return {
      ...system,
      sessions,
      server,
      other,
      notebook: {typed: 0, known: THEIRS, askedSaves: 0},
      session,
    }
  },
  stop: async (system) => {
    system.sessions.close()
    await system.stop()
  },
  time: ({time}) => time,
  settle,
  events: {
    'content.changed': {
      cases: (snapshot) => (snapshot.context.isOutdated && !snapshot.matches('settling') ? [] : [{}]),
      perform: saving(async (system) => {
        await write(system)
        system.other.tell(id)
        await settle(system)
        // What is stored is always newer than what was told.
        await write(system)
      }),
    },
    'save.requested': {
      // After their version was taken there is nothing to send.
      cases: (snapshot) => (snapshot.context.wantsSave || choiceIn(snapshot) === 'theirs' ? [] : [{}]),
      perform: saving(({sessions, notebook}) => {
        notebook.askedSaves += 1
        void sessions.save(entryId).then(() => {
          notebook.askedSaves -= 1
        })
      }),
    },
    'remote.seen': {
      cases: (snapshot) => {
        const {baseRevision} = snapshot.context
        if (isBehind(snapshot)) {
          return []
        }
        // Whoever hears of a newer revision reads what is stored, and begins anew where another tab knew more.
        return [{revision: baseRevision}, ...(wasGoneIn(snapshot) ? [] : [{revision: baseRevision + 1}])]
      },
      perform: saving(async ({sessions, server, session, stored}, {revision}, {before}) => {
        server.revision = revision
        if (before.matches('comparing')) {
          // Whoever asks reads what the comparison waits for.
          await storeGone(stored, false)
          session()?.send({type: 'remote.seen', revision} satisfies SessionEvent)
          return
        }
        await sessions.lookAgain(entryId)
      }),
    },
    'remote.gone': {
      cases: (snapshot) => (snapshot.matches('gone') || isReadingAgain(snapshot) ? [] : [{}]),
      perform: saving(async ({sessions, server, session, stored}, _, {before, after}) => {
        if (before.matches('comparing') || !after.matches('gone')) {
          await (after.matches('gone') && storeGone(stored, true))
          session()?.send({type: 'remote.gone'} satisfies SessionEvent)
          return
        }
        server.isGone = true
        await sessions.lookAgain(entryId).catch(() => undefined)
        server.isGone = false
      }),
    },
    'network.returned': saving(({sessions}) => sessions.networkReturned()),
    'token.delivered': saving(({sessions}) => sessions.tokenDelivered()),
    'discard.requested': {
      cases: ({context}) => (context.wantsSave ? [] : [{}]),
      perform: saving(({sessions, session}, _, {before, after}) => {
        if (!before.matches('resolving') && after.matches('resolving')) {
          sessions.discardChanges(entryId).catch(() => undefined)
          return
        }
        // Whoever asks waits until what runs has ended.
        session()?.send({type: 'discard.requested'} satisfies SessionEvent)
      }),
    },
    'choice.made': {
      cases: (snapshot) =>
        snapshot.matches('conflicted') || (isSettled(snapshot) && isBehind(snapshot))
          ? [{choice: 'mine'}, ...(snapshot.context.wantsSave ? [] : [{choice: 'theirs' as const}])]
          : [{choice: 'mine'}],
      perform: saving(async ({sessions, session}, {choice}, {before, after}) => {
        if (!before.matches('resolving') && after.matches('resolving')) {
          sessions.resolve(entryId, choice).catch(() => undefined)
          return
        }
        // There is nothing to choose, and whoever asks is told so.
        session()?.send({type: 'choice.made', choice} satisfies SessionEvent)
      }),
    },
  },
  done: {
    compare: {
      cases: (snapshot) => {
        const gone = {isChanged: true, isGone: true}
        if (isGoneIn(snapshot)) {
          return [gone]
        }
        const same = {isChanged: false, isGone: false}
        const there = isFreshIn(snapshot) ? [same] : [{isChanged: true, isGone: false}, same]
        // What is looked at again forgets this answer, but it would be stored by then.
        return snapshot.context.isOutdated || isReadingAgain(snapshot) ? there : [...there, gone]
      },
      perform: saving(async (system, output) => {
        const {isChanged, isGone} = output as {readonly isChanged: boolean; readonly isGone: boolean}
        await (isGone ? storeGone(system.stored, true) : undefined)
        await (isChanged ? write(system) : system.other.write(system.notebook.known))
        answerReads(system)
      }),
    },
    save: {
      cases: (snapshot) => (isBehind(snapshot) ? [] : [{revision: snapshot.context.baseRevision + 1}]),
      perform: saving((system, output) => {
        const {revision} = output as {readonly revision: number}
        system.notebook.known = system.server.acknowledge(revision) ?? system.notebook.known
      }),
    },
    resolve: {
      cases: (snapshot) => [{revision: snapshot.context.remoteRevision, needsSave: choiceIn(snapshot) === 'mine'}],
      perform: saving((system, output) => {
        system.notebook.known = THEIRS
        system.server.show((output as {readonly revision: number}).revision)
      }),
    },
  },
  failed: {
    compare: {
      cases: () => [new KeepspaceError('storage.unavailable')],
      perform: saving(({storage}, error) => {
        for (const call of [...storage.waiting]) {
          call.fail(error as KeepspaceError)
        }
      }),
    },
    save: {
      cases: ({context}) =>
        context.attempts > 1
          ? [new KeepspaceError('revision.conflict')]
          : [
              new KeepspaceError('revision.conflict'),
              new KeepspaceError('server.unauthorized'),
              new KeepspaceError('server.offline'),
              new KeepspaceError('value.tooLarge'),
              new KeepspaceError('session.gone'),
            ],
      perform: saving(({server}, error) => server.refuse(asServer(error as KeepspaceError))),
    },
    resolve: {
      cases: ({context}) =>
        context.attempts > 1 ? [] : [new KeepspaceError('server.offline'), new KeepspaceError('session.gone')],
      perform: saving(({server}, error) => server.hide(asServer(error as KeepspaceError))),
    },
  },
  states: {
    '': async (system, snapshot) => {
      assertHealthy(system)
      const {sessions, server, notebook} = system
      const {phase, hasChanges, isBehind: isShownBehind, revision, error} = sessions.getStatus(entryId)
      const expected = phases[String(snapshot.value) as keyof typeof phases]
      assertSame(
        'status',
        {phase, hasChanges, isBehind: isShownBehind, revision, code: error?.code},
        {
          phase: expected,
          hasChanges: snapshot.context.isChanged,
          isBehind: isBehind(snapshot) && !snapshot.matches('gone'),
          revision: snapshot.context.baseRevision,
          code: snapshot.context.error?.code,
        },
      )
      assertSame('versions on their way', server.sent, snapshot.matches('saving') ? 1 : 0)
      assertSame('versions asked for', server.asked, snapshot.matches('resolving') ? 1 : 0)
      if (!snapshot.hasTag('busy') && !snapshot.context.wantsSave) {
        assertSame('saves without an answer', notebook.askedSaves, 0)
      }
    },
    clean: async (system) => assertSame('what is here', await storedText(system, id), system.notebook.known),
  },
})

const phases = {
  comparing: 'comparing',
  clean: 'saved',
  changed: 'changed',
  settling: 'changed',
  saving: 'saving',
  backingOff: 'waiting',
  paused: 'paused',
  refused: 'refused',
  conflicted: 'conflict',
  gone: 'gone',
  resolving: 'resolving',
} as const satisfies Record<string, SessionPhase>

function isBehind({context}: Snapshot): boolean {
  return context.remoteRevision > context.baseRevision
}

function isFreshIn({context}: Snapshot): boolean {
  return (context as Remembered).isFresh === true
}

function isGoneIn({context}: Snapshot): boolean {
  return (context as Remembered).isGone === true
}

function wasGoneIn({context}: Snapshot): boolean {
  return (context as Remembered).wasGone === true
}

/** Once it has compared it reads what is stored, for it heard of a newer revision. */
function isReadingAgain(snapshot: Snapshot): boolean {
  return snapshot.matches('comparing') && isBehind(snapshot)
}

/** What a server calls it. */
function asServer(error: KeepspaceError): KeepspaceError {
  return error.code === 'session.gone' ? new KeepspaceError('notFound') : error
}

/** Another tab was told, or saw it again. */
async function storeGone(stored: StoragePort, isGone: boolean): Promise<void> {
  const key = `${SCOPE_PREFIX}${sessionKey(entryId)}`
  const [[record] = []] = await stored.read([{key}])
  const value = record?.value as {readonly revision: number; readonly commitId: never; readonly isGone?: boolean}
  if ((value.isGone ?? false) === isGone) {
    return
  }
  const {revision, commitId} = value
  const next = {...value, isGone, revision: revision + 1}
  const group = {commitId, expect: {key, revision}, puts: [{key, value: next}], deletes: []}
  await stored.commit([group], {durability: 'relaxed'})
}

function isSettled(snapshot: Snapshot): boolean {
  return snapshot.matches('clean') || snapshot.matches('changed') || snapshot.matches('settling')
}

/** Which choice is being carried out. */
function choiceIn({children}: Snapshot): SessionChoice | undefined {
  const resolving = (children as Readonly<Record<string, AnyActorRef | undefined>>)['0.session.resolving']
  return (resolving?.getSnapshot() as {readonly input?: {readonly choice: SessionChoice}} | undefined)?.input?.choice
}

function isOfSession(selectors: readonly Selector[]): boolean {
  return selectors.some((selector) => JSON.stringify(selector).includes(`${SCOPE_PREFIX}${SESSION_PREFIX}`))
}

function isComparing(session: AnyActorRef | undefined): boolean {
  return session?.getSnapshot().matches('comparing') === true
}

/** What is about to be saved always differs from what the server has. */
function saving<Payload>(
  perform: Perform<SessionSystem, Payload, Snapshot>,
): Perform<SessionSystem, Payload, Snapshot> {
  return async (system, payload, step) => {
    if (
      step.after.matches('saving') &&
      !(step.before.matches('saving') && system.server.sent > 0 && step.after.context.wantsSave)
    ) {
      await write(system)
    }
    await perform(system, payload, step)
  }
}

async function write({other, notebook}: SessionSystem): Promise<void> {
  notebook.typed += 1
  await other.write(`text ${notebook.typed}`)
}

function answerReads({storage}: SessionSystem): void {
  for (const call of [...storage.waiting]) {
    call.succeed()
  }
}

/** A hash takes its time, on no clock of ours. One that takes longer is missing. */
const LONGEST_HASH_MS = 3_000

async function settle(system: SessionSystem): Promise<void> {
  const {session, server, storage} = system
  const endsAtMs = performance.now() + LONGEST_HASH_MS
  const isAtWork = () => {
    const state = String(session()?.getSnapshot().value)
    if (state !== 'comparing') {
      answerReads(system)
    }
    const waiting = {comparing: storage.waiting.length, saving: server.sent, resolving: server.asked}[state]
    return waiting === 0 && performance.now() < endsAtMs
  }
  do {
    // What a choice writes gathers first; no deadline runs meanwhile.
    const isResolving = session()?.getSnapshot().value === 'resolving' && server.asked === 0
    await system.time.advanceAsync(isResolving ? defaultWriterPolicy.collectWindowMs : 0)
    await system.settle()
  } while (isAtWork())
  await system.settle()
}
