import {KeepspaceError} from '../../model/errors.ts'
import type {EntryId} from '../../model/ids.ts'
import type {SessionBinding} from '../../model/session.ts'
import type {LiveSession} from './session-actors.ts'
import {fieldsOf, type SessionBindings} from './session-bindings.ts'
import type {SessionsContext} from './session-saving.ts'

/**
 * Waits for what a server answers about the session of an entry. That it has no such session any more is stored, so that
 * nobody takes what is here for something that the server has, also after a restart.
 *
 * @throws {@link KeepspaceError} `session.gone` | what the answer is
 */
export async function noticingGone<Answer>(
  entryId: EntryId,
  answer: Promise<Answer>,
  {bindings}: {readonly bindings: SessionBindings},
): Promise<Answer> {
  try {
    return await answer
  } catch (cause) {
    if (!(cause instanceof KeepspaceError && cause.code === 'notFound')) {
      throw cause
    }
    await noteGone(entryId, true, bindings)
    throw new KeepspaceError('session.gone', undefined, {cause})
  }
}

/**
 * Asks the server which revision a session has, and tells its chart.
 *
 * @throws {@link KeepspaceError} `session.gone`, after the chart was told | the codes of {@link SessionServer}
 */
export async function lookAt(
  {binding: {entryId, sessionId}, actor}: LiveSession,
  context: Pick<SessionsContext, 'server' | 'bindings' | 'emit'>,
  options?: {readonly signal: AbortSignal},
): Promise<void> {
  context.emit({type: 'session_polled', entryId})
  try {
    const asked = context.server.readSessionMetadata(sessionId, options)
    const {revision} = await noticingGone(entryId, asked, context)
    await noteGone(entryId, false, context.bindings)
    actor.send({type: 'remote.seen', revision})
  } catch (error) {
    if (error instanceof KeepspaceError && error.code === 'session.gone') {
      actor.send({type: 'remote.gone'})
    }
    throw error
  }
}

async function noteGone(entryId: EntryId, isGone: boolean, bindings: SessionBindings): Promise<void> {
  const known = await bindings.read(entryId)
  if (known !== undefined && (known.isGone ?? false) !== isGone) {
    await bindings.update(entryId, (before) => ({...fieldsOf(stillThere(before)), isGone: isGone || undefined}))
  }
}

/** @throws {@link KeepspaceError} `notFound` when somebody detached the session meanwhile */
function stillThere(binding: SessionBinding | undefined): SessionBinding {
  if (binding === undefined) {
    throw new KeepspaceError('notFound')
  }
  return binding
}
