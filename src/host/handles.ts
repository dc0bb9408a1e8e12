import type {WorkspaceHandle} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {createWorkspaceHandle, type HandleContext} from './workspace-handle.ts'

/** One handle for each workspace somebody asked for, the same for the life of the Keepspace. */
export function createHandles(context: HandleContext): (id: WorkspaceId) => WorkspaceHandle {
  const handles = new Map<WorkspaceId, WorkspaceHandle>()
  return (id) => {
    const handle = handles.get(id) ?? createWorkspaceHandle(id, context)
    handles.set(id, handle)
    return handle
  }
}
