import type {SessionSaveOutcome} from '../../model/session.ts'
import type {LiveSession} from './session-actors.ts'

/**
 * Asks for a save. Resolves with what became of a save that began after that: one that was under way already may have
 * read the content before its newest change.
 */
export function saveNow(session: LiveSession): Promise<SessionSaveOutcome> {
  const {actor} = session
  const wish = actor.getSnapshot().context.saves + 1
  return new Promise((resolve) => {
    const subscription = actor.on('save.ended', ({error, save}) => {
      if (error !== undefined || save >= wish) {
        subscription.unsubscribe()
        resolve(error === undefined ? savedOf(session) : failedOf(session))
      }
    })
    actor.send({type: 'save.requested'})
  })
}

function savedOf({actor}: LiveSession): SessionSaveOutcome {
  return {status: 'saved', revision: actor.getSnapshot().context.baseRevision}
}

/** Read at the moment at which a save failed: a moment later it may be tried again. */
function failedOf({actor}: LiveSession): SessionSaveOutcome {
  const {value, context} = actor.getSnapshot()
  switch (value) {
    case 'conflicted':
      return {status: 'conflict', error: context.error}
    case 'paused':
      return {status: 'paused', error: context.error}
    case 'refused':
      return {status: 'refused', error: context.error}
    case 'gone':
      return {status: 'gone', error: context.error}
    default:
      return {status: 'waiting', error: context.error}
  }
}
