import {Background, BackgroundVariant, ReactFlow} from '@xyflow/react'
import type {WorkspaceId} from 'keepspace'
import {useWorkspace} from 'keepspace/react'
import {useState} from 'react'
import {AddBar} from './AddBar.tsx'
import {CanvasContext} from './canvas-context.ts'
import {EmptyHint} from './EmptyHint.tsx'
import {nodeTypes} from './node-types.ts'
import type {View} from './start-view.ts'
import {useCanvasActions} from './use-canvas-actions.ts'
import {useCanvasNodes} from './use-canvas-nodes.ts'
import {useCanvasShortcuts} from './use-canvas-shortcuts.ts'
import {ZoomControls} from './ZoomControls.tsx'

type CanvasProps = {
  readonly id: WorkspaceId
  /** Where to look at first. */
  readonly view: View
  /** A person moved the view. */
  readonly onMoved: (view: View) => void
}

/** Pans, zooms, and shows each component as a card. */
export function Canvas({id, view, onMoved}: CanvasProps) {
  const {workspace, components, status} = useWorkspace(id)
  const isReadOnly = status.phase === 'readOnly'
  const {nodes, onNodesChange, select} = useCanvasNodes(workspace, components, isReadOnly)
  const actions = useCanvasActions(workspace, select, isReadOnly, onMoved)
  useCanvasShortcuts(actions)
  const [isPlaced, setPlaced] = useState(false)

  return (
    <CanvasContext value={actions}>
      <ReactFlow
        className="flow"
        data-placed={isPlaced || undefined}
        onInit={() => setPlaced(true)}
        aria-label="Canvas"
        nodes={nodes}
        edges={noEdges}
        nodeTypes={nodeTypes}
        onNodesChange={onNodesChange}
        onNodesDelete={(deleted) => actions.remove(deleted.map((node) => node.id))}
        onMoveEnd={(event, next) => event && onMoved(next)}
        defaultViewport={view}
        minZoom={0.2}
        maxZoom={2}
        nodesConnectable={false}
        panOnScroll
        zoomOnDoubleClick={false}
        deleteKeyCode={deleteKeys}
        attributionPosition="bottom-left"
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.6} />
        {components.length === 0 && <EmptyHint isReadOnly={isReadOnly} />}
        <ZoomControls onMoved={onMoved} />
        {!isReadOnly && <AddBar onAdd={actions.add} />}
      </ReactFlow>
    </CanvasContext>
  )
}

const noEdges: never[] = []
const deleteKeys = ['Delete', 'Backspace']
