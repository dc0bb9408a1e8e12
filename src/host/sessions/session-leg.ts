import type {SessionPhase} from '../../model/session.ts'
import type {ServerLeg} from '../server-legs.ts'
import {type LiveSession, statusOfSession} from './session-actors.ts'
import type {SessionsContext} from './session-saving.ts'

/** Asked to be saved, and not acknowledged. */
const sendingPhases: ReadonlySet<SessionPhase> = new Set(['saving', 'waiting', 'paused'])

/** How sessions fare on their way to the server. */
export function legOfSessions(
  live: () => readonly LiveSession[],
  context: Pick<SessionsContext, 'catalogue' | 'unsaved'>,
): ServerLeg {
  const statuses = () => live().map((session) => statusOfSession(session, context))
  return {
    isPaused: () => statuses().some(({phase}) => phase === 'paused'),
    waitsFor: () => statuses().find(({phase}) => phase === 'waiting')?.error,
    waiting: () => statuses().flatMap(({phase, changedAt}) => (sendingPhases.has(phase) ? [changedAt] : [])),
    troubles: () =>
      statuses().flatMap(({phase, error, entryId}) => {
        const workspaces = context.catalogue.headsOf(entryId).map(({id}) => id)
        const isTrouble = phase === 'conflict' || phase === 'gone' || phase === 'refused'
        return isTrouble ? [{state: phase, error, workspaces}] : []
      }),
  }
}
