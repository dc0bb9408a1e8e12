import type {Node, NodeChange} from '@xyflow/react'
import type {ComponentInfo, WorkspaceHandle} from 'keepspace'
import {useMemo, useRef, useState} from 'react'
import {widgetOf} from '../widgets/widgets.ts'

/** A component as React Flow draws it. Position and size come from the workspace, selection from the view. */
export type CanvasNode = Node<{readonly info: ComponentInfo}>

type CanvasNodes = {
  readonly nodes: CanvasNode[]
  readonly onNodesChange: (changes: NodeChange<CanvasNode>[]) => void
  readonly select: (ids: readonly string[]) => void
}

/** Translates between the components of a workspace and the nodes of the canvas. */
export function useCanvasNodes(
  workspace: WorkspaceHandle,
  components: readonly ComponentInfo[],
  isReadOnly: boolean,
): CanvasNodes {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const known = useRef(new Map<string, CanvasNode>())

  const nodes = useMemo(() => {
    const next = new Map(
      components.map((info) => [info.id as string, toNode(info, selected, isReadOnly, known.current)]),
    )
    known.current = next
    return [...next.values()]
  }, [components, selected, isReadOnly])

  const onNodesChange = (changes: NodeChange<CanvasNode>[]) => {
    setSelected((before) => withSelection(before, changes))
    for (const change of changes) {
      applyGeometry(workspace, change)
    }
  }
  return {nodes, onNodesChange, select: (ids) => setSelected(new Set(ids))}
}

/** The same object for a component that did not change, so that only what moved is drawn again. */
function toNode(
  info: ComponentInfo,
  selected: ReadonlySet<string>,
  isReadOnly: boolean,
  known: ReadonlyMap<string, CanvasNode>,
): CanvasNode {
  const before = known.get(info.id)
  const isSelected = selected.has(info.id)
  const isFixed = isReadOnly || info.status === 'readOnly'
  if (before?.data.info === info && before.selected === isSelected && before.draggable === !isFixed) {
    return before
  }
  const {x, y, width, height, z} = info.layout
  const isKnown = info.status !== 'placeholder' && widgetOf(info.type) !== undefined
  return {
    id: info.id,
    type: isKnown ? info.type : 'placeholder',
    position: {x, y},
    width,
    height,
    measured: {width, height},
    zIndex: z,
    selected: isSelected,
    draggable: !isFixed,
    deletable: !isReadOnly,
    dragHandle: '.card-grip',
    ariaLabel: `${widgetOf(info.type)?.name ?? info.type} card`,
    data: {info},
  }
}

/** Moves and resizes are transient while the pointer is down and durable when it is released. */
function applyGeometry(workspace: WorkspaceHandle, change: NodeChange<CanvasNode>): void {
  if (change.type === 'position' && change.position) {
    workspace.setLayout(change.id, roundPoint(change.position), {transient: change.dragging === true})
  }
  if (change.type === 'dimensions' && change.dimensions && change.resizing !== undefined) {
    const {width, height} = change.dimensions
    const size = {width: Math.round(width), height: Math.round(height)}
    workspace.setLayout(change.id, size, {transient: change.resizing})
  }
}

function roundPoint({x, y}: {x: number; y: number}): {x: number; y: number} {
  return {x: Math.round(x), y: Math.round(y)}
}

function withSelection(before: ReadonlySet<string>, changes: readonly NodeChange<CanvasNode>[]): ReadonlySet<string> {
  const selections = changes.filter((change) => change.type === 'select')
  if (selections.length === 0) {
    return before
  }
  const next = new Set(before)
  for (const {id, selected} of selections) {
    if (selected) {
      next.add(id)
    } else {
      next.delete(id)
    }
  }
  return next
}
