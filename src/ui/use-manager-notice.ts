import {useMemo, useState} from 'react'
import {type ErrorReport, KeepspaceError} from '../model/errors.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {ManagedWorkspace, WorkspaceManagerView} from './use-workspace-manager.ts'

/** What became of the last thing a person did, and what may follow. */
export type ManagerNotice = {
  readonly workspaceId: WorkspaceId
  readonly sentence: string
  readonly isProblem: boolean
  /** The label of what may be done about it, and the doing. */
  readonly next: {readonly label: string; readonly run: () => void} | undefined
}

/** What can be done with one workspace. Nothing rejects: what went wrong is the notice. */
export type ManagerActions = {
  readonly close: (workspace: ManagedWorkspace) => void
  readonly reopen: (workspace: ManagedWorkspace) => void
  readonly save: (workspace: ManagedWorkspace) => void
  readonly setPinned: (workspace: ManagedWorkspace, isPinned: boolean) => void
}

type Verbs = Pick<WorkspaceManagerView, 'close' | 'reopen' | 'save' | 'setPinned'>

/** Turns what a workspace manager does into words, with the way back. */
export function useManagerNotice({close, reopen, save, setPinned}: Verbs): {
  readonly notice: ManagerNotice | undefined
  readonly actions: ManagerActions
} {
  const [notice, setNotice] = useState<ManagerNotice | undefined>()
  const actions = useMemo(() => {
    const tell = (workspace: ManagedWorkspace, words: string, next?: ManagerNotice['next']) =>
      setNotice({workspaceId: workspace.id, sentence: `“${workspace.title}” ${words}`, isProblem: false, next})
    const complain = (workspace: ManagedWorkspace, words: string, error?: ErrorReport, next?: ManagerNotice['next']) =>
      setNotice({
        workspaceId: workspace.id,
        sentence: [`“${workspace.title}” ${words}`, error?.sentence].filter(Boolean).join(' '),
        isProblem: true,
        next,
      })
    const reopenNow = (workspace: ManagedWorkspace) => {
      reopen(workspace.id)
      tell(workspace, 'is in memory again.')
    }
    const closeNow = async (workspace: ManagedWorkspace, stopsWork: boolean) => {
      const outcome = await close(workspace.id, {stopsWork})
      if (outcome.status !== 'refused') {
        tell(workspace, 'was stored and let go.', {label: 'Undo', run: () => reopenNow(workspace)})
        return
      }
      const stop = {label: 'Stop its work and close', run: () => run(workspace, closeNow(workspace, true))}
      complain(workspace, 'stays in memory.', outcome.error, outcome.error?.code === 'work.running' ? stop : undefined)
    }
    const saveNow = async (workspace: ManagedWorkspace) => {
      const {error} = await save(workspace.id)
      error === undefined ? tell(workspace, 'is saved.') : complain(workspace, 'could not be saved.', error)
    }
    const pinNow = async (workspace: ManagedWorkspace, isPinned: boolean) => {
      await setPinned(workspace.id, isPinned)
      tell(workspace, isPinned ? 'is pinned and never let go.' : 'is no longer pinned.')
    }
    const run = (workspace: ManagedWorkspace, work: Promise<void>) =>
      void work.catch((cause: unknown) => complain(workspace, 'did not change.', KeepspaceError.from(cause).report))
    return {
      close: (workspace: ManagedWorkspace) => run(workspace, closeNow(workspace, false)),
      reopen: reopenNow,
      save: (workspace: ManagedWorkspace) => run(workspace, saveNow(workspace)),
      setPinned: (workspace: ManagedWorkspace, isPinned: boolean) => run(workspace, pinNow(workspace, isPinned)),
    }
  }, [close, reopen, save, setPinned])
  return {notice, actions}
}
