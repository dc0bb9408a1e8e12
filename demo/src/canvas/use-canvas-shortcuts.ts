import {useShortcuts} from '../app/shortcuts.ts'
import {widgets} from '../widgets/widgets.ts'
import type {CanvasActions} from './canvas-context.ts'

/** Keys that work while a canvas is shown. */
export function useCanvasShortcuts(actions: CanvasActions): void {
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
      default:
        return false
    }
  })
}
