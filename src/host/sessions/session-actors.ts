import {createActor, fromPromise} from 'xstate'
import {type SessionChoice, type SessionRef, sessionMachine} from '../../machines/session/session.machine.ts'
import {defaultSessionRetry} from '../../machines/session/session.policy.ts'
import type {EntryId} from '../../model/ids.ts'
import type {SessionBinding, SessionPhase, SessionStatus} from '../../model/session.ts'
import type {ResolvedOptions} from '../options.ts'
import {changedAtOf} from './recoverable.ts'
import {type ResolveOptions, resolveSession} from './session-resolving.ts'
import {compareSession, type SessionsContext, saveAndCount} from './session-saving.ts'

/** One session at work, and what a choice that was made needs. */
export type LiveSession = {
  readonly actor: SessionRef
  binding: SessionBinding
  resolving: ResolveOptions
  /** The newest revision of the server that somebody has compared with what is here. */
  shownRevision: number | undefined
}

/** Starts the chart of one session. */
export function startSession(
  binding: SessionBinding,
  context: SessionsContext,
  {time, random, inspect, inspection}: Pick<ResolvedOptions, 'time' | 'random' | 'inspect' | 'inspection'>,
): LiveSession {
  const {entryId} = binding
  const live: Omit<LiveSession, 'actor' | 'binding'> = {resolving: {}, shownRevision: undefined}
  const actor = createActor(
    sessionMachine.provide({
      actors: {
        compare: fromPromise(() => compareSession(entryId, context)),
        save: fromPromise(() => saveAndCount(entryId, context)),
        resolve: fromPromise<Awaited<ReturnType<typeof resolveSession>>, {entryId: EntryId; choice: SessionChoice}>(
          ({input}) => resolveSession(entryId, input.choice, live.resolving, context),
        ),
      },
    }),
    {
      input: {entryId, baseRevision: binding.baseRevision, retry: defaultSessionRetry, jitter: random()},
      clock: time,
      systemId: `keepspace.session.${entryId}`,
      ...(inspect && {inspect}),
    },
  )
  inspection.watch(actor)
  return Object.assign(live, {actor, binding})
}

/** What a view is told of a session. */
export function statusOfSession(
  {actor, binding}: LiveSession,
  context: Pick<SessionsContext, 'catalogue' | 'unsaved'>,
): SessionStatus {
  const snapshot = actor.getSnapshot()
  const phase = phaseOf(snapshot.value)
  const {remoteRevision, isChanged, error} = snapshot.context
  // A new name makes a revision without a save.
  const revision = Math.max(snapshot.context.baseRevision, binding.baseRevision)
  return {
    entryId: binding.entryId,
    phase,
    sessionId: binding.sessionId,
    title: binding.title,
    hasChanges: isChanged,
    isBehind: phase !== 'gone' && remoteRevision > revision,
    revision,
    serverRevision: Math.max(remoteRevision, revision),
    isStored: !context.catalogue.headsOf(binding.entryId).some(({id}) => context.unsaved.isUnsaved(id)),
    changedAt: changedAtOf(binding.entryId, context),
    savedAt: binding.savedAt,
    error,
  }
}

const phases: Readonly<Record<string, SessionPhase>> = {
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
}

function phaseOf(state: unknown): SessionPhase {
  return phases[String(state)] ?? 'comparing'
}

/** Resolves when neither a comparison nor a save runs. */
export function whenCalm(actor: SessionRef): Promise<void> {
  const isCalm = () => !(actor.getSnapshot().matches('comparing') || actor.getSnapshot().hasTag('busy'))
  return new Promise((resolve) => {
    if (isCalm()) {
      resolve()
      return
    }
    const subscription = actor.subscribe(() => {
      if (isCalm()) {
        subscription.unsubscribe()
        resolve()
      }
    })
  })
}
