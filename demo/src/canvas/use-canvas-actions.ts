import {useReactFlow, useStoreApi} from '@xyflow/react'
import type {WorkspaceHandle} from 'keepspace'
import {useRef} from 'react'
import {toast} from 'sonner'
import {definitionOf, type Widget, widgetOf} from '../widgets/widgets.ts'
import type {CanvasActions} from './canvas-context.ts'
import {findPlace, isInside, type Rect} from './placement.ts'
import {COVERED_BELOW, startView, type View} from './start-view.ts'

/** Canvases narrower than this have no room for margins. CSS pixels. */
const NARROW = 600

type Removal = {readonly ids: readonly string[]; readonly toastId: string | number}

/** Actions on the components of `workspace`, for the canvas that shows it. Inside a `ReactFlowProvider`. */
export function useCanvasActions(
  workspace: WorkspaceHandle,
  select: (ids: readonly string[]) => void,
  isReadOnly: boolean,
  onMoved: (view: View) => void,
): CanvasActions {
  const flow = useReactFlow()
  const show = useShowRect()
  const visibleRect = useVisibleRect()
  const store = useStoreApi()
  const removed = useRef<Removal[]>([])

  const put = (widget: Widget, near: Rect, state?: object) => {
    const place = findPlace(near, rectsOf(workspace), visibleRect())
    const definition = definitionOf(widget.type)
    const layout = {...place, z: topOf(workspace) + 1}
    const id = workspace.add(definition, state === undefined ? {layout} : {layout, state})
    select([id])
    show(place)
  }
  const undelete = (removal: Removal) => {
    for (const id of removal.ids) {
      workspace.undelete(id)
    }
    removed.current = removed.current.filter((each) => each !== removal)
    toast.dismiss(removal.toastId)
    select(removal.ids)
  }
  return {
    isReadOnly,
    add: (widget) => put(widget, atBeginning(widget, visibleRect())),
    remove(ids) {
      if (ids.length === 0) {
        return
      }
      const name = nameOf(workspace, ids)
      for (const id of ids) {
        workspace.remove(id)
      }
      const toastId = toast(`${name} deleted`, {action: {label: 'Undo', onClick: () => undelete(removal)}})
      const removal = {ids, toastId}
      removed.current.push(removal)
    },
    duplicate(id) {
      const info = workspace.getComponents().find((each) => each.id === id)
      const widget = info && widgetOf(info.type)
      if (info && widget) {
        const state = workspace.component(definitionOf(info.type), id).getState()
        put(widget, {...info.layout, x: info.layout.x + 24, y: info.layout.y + 24}, state)
      }
    },
    bringToFront: (id) => workspace.setLayout(id, {z: topOf(workspace) + 1}),
    undoRemove() {
      const last = removed.current.at(-1)
      if (last) {
        undelete(last)
      }
      return last !== undefined
    },
    showAll() {
      const view = startView(rectsOf(workspace), store.getState())
      void flow.setViewport(view, {duration: 200})
      onMoved(view)
    },
  }
}

/** The part of the canvas a person sees, in canvas coordinates, without what the bar below covers. */
function useVisibleRect(): () => Rect {
  const store = useStoreApi()
  return () => {
    const {width, height, transform} = store.getState()
    const [x, y, zoom] = transform
    return {x: -x / zoom, y: -y / zoom, width: width / zoom, height: (height - COVERED_BELOW) / zoom}
  }
}

/** Moves the view if a new card is not wholly in it. */
function useShowRect(): (rect: Rect) => void {
  const flow = useReactFlow()
  const visibleRect = useVisibleRect()
  return (rect) => {
    if (!isInside(rect, visibleRect())) {
      const {x, y, width, height} = rect
      void flow.setCenter(x + width / 2, y + height / 2, {zoom: flow.getZoom(), duration: 200})
    }
  }
}

/** Where a new card would be if the canvas were empty: at the beginning of what a person sees. */
function atBeginning({width, height}: Widget, seen: Rect): Rect {
  const margin = seen.width < NARROW ? 16 : 60
  return {x: Math.round(seen.x + margin), y: Math.round(seen.y + margin), width, height}
}

function rectsOf(workspace: WorkspaceHandle): readonly Rect[] {
  return workspace.getComponents().map(({layout}) => layout)
}

function topOf(workspace: WorkspaceHandle): number {
  return Math.max(0, ...workspace.getComponents().map(({layout}) => layout.z))
}

function nameOf(workspace: WorkspaceHandle, ids: readonly string[]): string {
  const [id] = ids
  const info = workspace.getComponents().find((each) => each.id === id)
  return ids.length > 1 ? `${ids.length} cards` : ((info && widgetOf(info.type)?.name) ?? 'Card')
}
