import type {ErrorReport} from '../model/errors.ts'
import type {Undo} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {createEmitter} from '../services/emitter.ts'
import type {Engine} from './engine.ts'

/** Which workspaces hold something that storage does not have: no server can have it either. */
export type UnsavedWatch = {
  isUnsaved(id: WorkspaceId): boolean
  /** Why the newest value of a part cannot be stored; undefined while all can be. */
  setAside(id: WorkspaceId): ErrorReport | undefined
  /** Tells of a workspace when that has changed. */
  subscribe(listener: (id: WorkspaceId) => void): Undo
  close(): void
}

type Watched = {readonly undo: Undo; isUnsaved: boolean}

/** Watches all workspaces in memory. One on disk has nothing but what is stored. */
export function createUnsavedWatch({
  observers,
  workspaces,
  changed,
}: Pick<Engine, 'observers' | 'workspaces' | 'changed'>): UnsavedWatch {
  const told = createEmitter<[WorkspaceId]>()
  const watched = new Map<WorkspaceId, Watched>()
  const isHot = (id: WorkspaceId) => workspaces.get(id) !== undefined
  const isUnsaved = (id: WorkspaceId) => isHot(id) && observers.status(id).save !== 'saved'

  const look = (id: WorkspaceId) => {
    const known = watched.get(id)
    const next = isUnsaved(id)
    if (known !== undefined && known.isUnsaved !== next) {
      known.isUnsaved = next
      told.emit(id)
    }
  }
  const follow = () => {
    for (const {id} of workspaces.all()) {
      if (!watched.has(id)) {
        watched.set(id, {undo: observers.onStatus(id, () => look(id)), isUnsaved: false})
      }
    }
    for (const id of [...watched.keys()]) {
      look(id)
      if (!isHot(id)) {
        watched.get(id)?.undo()
        watched.delete(id)
      }
    }
  }
  const stop = changed.add(follow)
  follow()

  return {
    isUnsaved,
    setAside: (id) =>
      isHot(id) ? observers.status(id).problems.find(({kind}) => kind === 'setAside')?.error : undefined,
    subscribe: told.add,
    close: () => {
      stop()
      for (const {undo} of watched.values()) {
        undo()
      }
      watched.clear()
    },
  }
}
