import type {WorkspaceHandle} from 'keepspace'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {useShortcuts} from '../app/shortcuts.ts'
import {widgets} from '../widgets/widgets.ts'
import type {CanvasActions} from './canvas-context.ts'

/** Keys that work while a canvas is shown. */
export function useCanvasShortcuts(actions: CanvasActions, workspace: WorkspaceHandle): void {
  useShortcuts((key) => {
    const widget = /^[1-9]$/.test(key) ? widgets[Number(key) - 1] : undefined
    if (widget && !actions.isReadOnly) {
      actions.add(widget)
      return true
    }
    switch (key) {
      case '0':
        actions.showAll()
        return true
      case 'Mod z':
        return actions.undoRemove()
      case 'Mod s':
        void saveNow(workspace)
        return true
      default:
        return false
    }
  })
}

async function saveNow(workspace: WorkspaceHandle): Promise<void> {
  const outcome = await attempt('It could not be saved', workspace.save())
  if (outcome?.status === 'saved' || outcome?.status === 'unchanged') {
    toast.success(outcome.status === 'saved' ? 'Saved' : 'Everything was saved already')
  }
}
