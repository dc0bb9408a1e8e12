import type {EntryId} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import type {SessionBinding} from '../../model/session.ts'
import {type LiveSession, whenCalm} from './session-actors.ts'
import type {SessionBindings} from './session-bindings.ts'

export type FollowingContext = {
  readonly bindings: SessionBindings
  readonly find: (entryId: EntryId) => LiveSession | undefined
  readonly start: (binding: SessionBinding) => void
  readonly end: (entryId: EntryId) => void
  readonly changed: () => void
}

/** Takes over what is stored of the session of an entry: another tab may have saved it, replaced it, or ended it. */
export async function followStored(entryId: EntryId, context: FollowingContext): Promise<void> {
  const {bindings, find, start, end, changed} = context
  const before = find(entryId)
  if (before !== undefined) {
    await whenCalm(before.actor)
  }
  const binding = await bindings.read(entryId)
  const known = find(entryId)
  if (binding === undefined) {
    end(entryId)
  } else if (known === undefined || beginsAnew(known, binding)) {
    end(entryId)
    start(binding)
  } else if (!isEqualJson(known.binding, binding)) {
    known.binding = binding
    known.actor.send({type: 'content.changed'})
  }
  changed()
}

/** Another session, or one that somebody decided about elsewhere while a decision is waited for here. */
function beginsAnew({actor, binding: before}: LiveSession, next: SessionBinding): boolean {
  const isDecided = before.baseRevision !== next.baseRevision || before.isGone !== next.isGone
  const isWaiting = actor.getSnapshot().matches('conflicted') || actor.getSnapshot().matches('gone')
  return before.sessionId !== next.sessionId || (isDecided && isWaiting)
}

/** Calls back once for each revision of the server that was heard of and is newer than what is stored here. */
export function onNewerRevision(session: LiveSession, callback: () => void): void {
  let told = 0
  session.actor.subscribe(({context: {remoteRevision, baseRevision}}) => {
    if (remoteRevision > Math.max(baseRevision, session.binding.baseRevision, told)) {
      told = remoteRevision
      callback()
    }
  })
}
