import {createContext, useContext} from 'react'
import type {Widget} from '../widgets/widgets.ts'

/** What can be done on the canvas that is shown. */
export type CanvasActions = {
  readonly isReadOnly: boolean
  readonly add: (widget: Widget) => void
  readonly remove: (ids: readonly string[]) => void
  readonly duplicate: (id: string) => void
  readonly bringToFront: (id: string) => void
  /** Brings back what was deleted last on this canvas. False when there is nothing. */
  readonly undoRemove: () => boolean
  readonly showAll: () => void
}

export const CanvasContext = createContext<CanvasActions | undefined>(undefined)

export function useCanvas(): CanvasActions {
  const actions = useContext(CanvasContext)
  if (!actions) {
    throw new Error('not inside a canvas')
  }
  return actions
}
