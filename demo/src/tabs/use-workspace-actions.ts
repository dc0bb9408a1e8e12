import type {WorkspaceInfo} from 'keepspace'
import {useCatalogue, useKeepspace} from 'keepspace/react'
import {toast} from 'sonner'
import {useAppDialogs} from '../app/app-dialogs.ts'
import {attempt} from '../app/attempt.ts'
import {neighbourFor, workspacesOf} from '../app/catalogue-words.ts'
import {navigate, useRoute} from '../app/routes.ts'

/** What can be done with one workspace as a whole. */
export type WorkspaceActions = {
  readonly rename: (title: string) => Promise<unknown>
  readonly duplicate: () => Promise<void>
  readonly move: (step: -1 | 1) => void
  readonly moveTo: (entryId: string) => void
  readonly makeDefault: () => void
  readonly pin: (isPinned: boolean) => void
  readonly remove: () => Promise<void>
  /** Shows what lost against another version on this device. */
  readonly showReplaced: () => void
  /** Says why it is in memory, or left it. */
  readonly explain: () => void
}

export function useWorkspaceActions(workspace: WorkspaceInfo): WorkspaceActions {
  const keepspace = useKeepspace()
  const {catalogue} = keepspace
  const snapshot = useCatalogue()
  const {openReplaced} = useAppDialogs()
  const leave = useLeave(workspace)
  const {id, title} = workspace
  const siblings = workspacesOf(snapshot, workspace.entryId)

  return {
    rename: (next) => attempt('The workspace could not be renamed', catalogue.renameWorkspace(id, next)),
    async duplicate() {
      const copy = await attempt(
        'The workspace could not be duplicated',
        catalogue.duplicateWorkspace(id, `${title} copy`),
      )
      if (copy !== undefined) {
        navigate({page: 'workspace', id: copy})
      }
    },
    move(step) {
      const before = neighbourFor(siblings, id, step)
      if (before !== 'stay') {
        const target = siblings.find((sibling) => sibling.id === before)?.id
        void attempt('The workspace could not be moved', catalogue.reorderWorkspace(id, target))
      }
    },
    moveTo(entryId) {
      const entry = snapshot.entries.find((each) => each.id === entryId)
      if (entry) {
        void attempt('The workspace could not be moved', catalogue.moveWorkspace(id, entry.id))
      }
    },
    pin: (isPinned) => void attempt('The pin could not be changed', catalogue.setWorkspacePinned(id, isPinned)),
    showReplaced: () => openReplaced(id),
    explain: () => void toast(title, {description: keepspace.explain(id).sentence, duration: 10_000}),
    makeDefault: () => void attempt('The default could not be changed', catalogue.setDefaultWorkspace(id)),
    async remove() {
      const goBack = leave()
      const isDone = await attempt(
        'The workspace could not be deleted',
        catalogue.deleteWorkspace(id).then(() => true),
      )
      if (!isDone) {
        goBack()
        return
      }
      const restore = async () => {
        await attempt('It could not be restored', catalogue.restoreWorkspace(id))
        goBack()
      }
      toast(`“${title}” is in the trash`, {action: {label: 'Undo', onClick: () => void restore()}})
    },
  }
}

/** Goes to a neighbour if the workspace is the one that is shown. Returns the way back. */
function useLeave(workspace: WorkspaceInfo): () => () => void {
  const snapshot = useCatalogue()
  const route = useRoute()
  return () => {
    if (route.page !== 'workspace' || route.id !== workspace.id) {
      return () => undefined
    }
    const siblings = workspacesOf(snapshot, workspace.entryId)
    const at = siblings.findIndex(({id}) => id === workspace.id)
    const next = siblings[at + 1] ?? siblings[at - 1]
    navigate(next ? {page: 'workspace', id: next.id} : {page: 'entry', id: workspace.entryId}, {replace: true})
    return () => navigate({page: 'workspace', id: workspace.id})
  }
}
