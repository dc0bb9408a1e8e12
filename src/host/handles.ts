import type {WorkspaceHandle} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {createWeakCache} from './weak-cache.ts'
import {createWorkspaceHandle, type HandleContext} from './workspace-handle.ts'

/** One handle for each workspace somebody asked for, the same as long as anybody holds it or one of its components. */
export function createHandles(context: HandleContext): (id: WorkspaceId) => WorkspaceHandle {
  const handles = createWeakCache<WorkspaceId, WorkspaceHandle>()
  return (id) => {
    const known = handles.get(id)
    if (known !== undefined) {
      return known
    }
    const handle = createWorkspaceHandle(id, context)
    handles.set(id, handle)
    return handle
  }
}
