import type {SessionPhase} from '../../model/session.ts'
import type {CatalogueService} from '../../services/catalogue/catalogue.ts'
import type {ServerLeg} from '../server-legs.ts'
import {changedAtOf} from './recoverable.ts'
import {type LiveSession, statusOfSession} from './session-actors.ts'

/** Asked to be saved, and not acknowledged. */
const sendingPhases: ReadonlySet<SessionPhase> = new Set(['saving', 'waiting', 'paused'])

/** How sessions fare on their way to the server. */
export function legOfSessions(
  live: () => readonly LiveSession[],
  context: {readonly catalogue: CatalogueService},
): ServerLeg {
  const statuses = () =>
    live().map((session) => statusOfSession(session, changedAtOf(session.binding.entryId, context)))
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
