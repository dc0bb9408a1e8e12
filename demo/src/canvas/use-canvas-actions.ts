import {useReactFlow, useStoreApi} from '@xyflow/react'
import type {JsonObject, WorkspaceHandle} from 'keepspace'
import {useRef} from 'react'
import {toast} from 'sonner'
import {definitionOf, type Widget, widgetOf} from '../widgets/widgets.ts'
import type {CanvasActions} from './canvas-context.ts'
import {findPlace, type Rect} from './placement.ts'
import {startView, type View} from './start-view.ts'

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
  const removed = useRef<(readonly string[])[]>([])

  const put = (widget: Widget, near: Rect, state?: JsonObject) => {
    const place = findPlace(near, rectsOf(workspace))
    const definition = definitionOf(widget.type)
    const layout = {...place, z: topOf(workspace) + 1}
    const id = workspace.add(definition, state === undefined ? {layout} : {layout, state})
    select([id])
    show(place)
  }
  const undelete = (ids: readonly string[]) => {
    for (const id of ids) {
      workspace.undelete(id)
    }
    removed.current = removed.current.filter((each) => each !== ids)
    select(ids)
  }
  return {
    isReadOnly,
    add: (widget) => put(widget, centred(widget, visibleRect())),
    remove(ids) {
      if (ids.length === 0) {
        return
      }
      const name = nameOf(workspace, ids)
      for (const id of ids) {
        workspace.remove(id)
      }
      removed.current.push(ids)
      toast(`${name} deleted`, {action: {label: 'Undo', onClick: () => undelete(ids)}})
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

/** The part of the canvas a person sees, in canvas coordinates. */
function useVisibleRect(): () => Rect {
  const store = useStoreApi()
  return () => {
    const {width, height, transform} = store.getState()
    const [x, y, zoom] = transform
    return {x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom}
  }
}

/** Moves the view if a new card is not wholly in it. */
function useShowRect(): (rect: Rect) => void {
  const flow = useReactFlow()
  const visibleRect = useVisibleRect()
  return ({x, y, width, height}) => {
    const seen = visibleRect()
    const isInside =
      x >= seen.x && y >= seen.y && x + width <= seen.x + seen.width && y + height <= seen.y + seen.height
    if (!isInside) {
      void flow.setCenter(x + width / 2, y + height / 2, {zoom: flow.getZoom(), duration: 200})
    }
  }
}

function centred({width, height}: Widget, seen: Rect): Rect {
  return {
    x: Math.round(seen.x + (seen.width - width) / 2),
    y: Math.round(seen.y + (seen.height - height) / 2 - 24),
    width,
    height,
  }
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
