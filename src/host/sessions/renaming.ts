import type {Revision} from '../../model/ids.ts'
import type {SessionBinding} from '../../model/session.ts'
import type {DocumentMetadata} from '../../model/wire/documents.ts'
import {fieldsOf} from './session-bindings.ts'
import type {SessionsContext} from './session-saving.ts'

/** New names; what is left out stays. */
export type NewNames = {readonly title?: string; readonly description?: string}

/**
 * Renames a session that still has `revision`. An entry that was based on this revision is based on the new one, whose
 * content is the same.
 */
export async function renameSession(
  id: string,
  revision: Revision,
  names: NewNames,
  {server, bindings, ids}: SessionsContext,
): Promise<{readonly metadata: DocumentMetadata; readonly binding: SessionBinding | undefined}> {
  const metadata = await server.updateSession(id, revision, names, {idempotencyKey: ids.next()})
  const known = (await bindings.list()).find(({sessionId}) => sessionId === id)
  if (known === undefined) {
    return {metadata, binding: undefined}
  }
  const {title, description} = metadata
  const binding = await bindings.update(known.entryId, (before = known) => ({
    ...fieldsOf(before),
    ...(before.baseRevision === revision && {baseRevision: metadata.revision}),
    title,
    description,
  }))
  return {metadata, binding}
}
