import type {Keepspace} from '../../model/handles.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import {componentsPrefix, parseOwner} from '../../model/keys.ts'
import {contentOf} from '../../services/content/content-records.ts'
import {engineOf} from '../engines.ts'

/** Something stored here that cannot be read. */
export type UnreadableWork = {readonly id: string; readonly title: string}

/**
 * What is stored on this device and cannot be read, once for each workspace: in its place or in the quarantine. What is
 * in the trash, or `isKept` elsewhere as it is here, is not named for what is in its place.
 */
export async function listUnreadableWork(
  keepspace: Keepspace,
  isKept: (id: WorkspaceId) => boolean,
): Promise<readonly UnreadableWork[]> {
  const {workspaces, trashedWorkspaces, unreadable} = keepspace.catalogue.getSnapshot()
  const port = await engineOf(keepspace).access.port()
  const found = new Set<string>()
  for (const {id} of workspaces.filter((workspace) => !isKept(workspace.id))) {
    if (contentOf(id, await port.readPrefix(componentsPrefix(id))).leftOut.length > 0) {
      found.add(id)
    }
  }
  const copied = (await keepspace.quarantine.list()).map(({key}) => key)
  for (const key of [...unreadable, ...copied]) {
    found.add(parseOwner(key).workspaceId ?? key)
  }
  for (const {id} of trashedWorkspaces) {
    found.delete(id)
  }
  const titles = new Map<string, string>(workspaces.map(({id, title}) => [id, title]))
  return [...found].map((id) => ({id, title: titles.get(id) ?? ''}))
}
