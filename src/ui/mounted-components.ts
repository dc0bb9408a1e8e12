import {KeepspaceError} from '../model/errors.ts'
import type {Undo, WorkspaceHandle} from '../model/handles.ts'

/** The types of all mounted views of each component. */
const mountedTypes = new WeakMap<WorkspaceHandle, Map<string, string[]>>()

/**
 * Notes that a view of a component is mounted, until the returned function is called. Several views of one component
 * are fine.
 *
 * @throws {@link KeepspaceError} `component.duplicate` when a mounted view of another type uses the same id.
 */
export function noteMounted(workspace: WorkspaceHandle, id: string, type: string): Undo {
  const byId = mountedTypes.get(workspace) ?? new Map<string, string[]>()
  mountedTypes.set(workspace, byId)
  const types = byId.get(id) ?? []
  if (types[0] !== undefined && types[0] !== type) {
    throw new KeepspaceError('component.duplicate', `${id} is mounted as ${types[0]} and as ${type}`)
  }
  byId.set(id, [...types, type])
  return () => {
    const left = (byId.get(id) ?? []).slice(1)
    if (left.length > 0) {
      byId.set(id, left)
    } else {
      byId.delete(id)
    }
  }
}
