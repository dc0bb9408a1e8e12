import {Background, BackgroundVariant, ReactFlow, ReactFlowProvider, type Viewport} from '@xyflow/react'
import type {WorkspaceId} from 'keepspace'
import {useSetting, useWorkspace, useWorkspaceStatus} from 'keepspace/react'
import {useState} from 'react'
import {AddBar} from './AddBar.tsx'
import {type CanvasActions, CanvasContext} from './canvas-context.ts'
import {EmptyHint} from './EmptyHint.tsx'
import {nodeTypes} from './node-types.ts'
import {useCanvasActions} from './use-canvas-actions.ts'
import {useCanvasNodes} from './use-canvas-nodes.ts'
import {useCanvasShortcuts} from './use-canvas-shortcuts.ts'
import {ZoomControls} from './ZoomControls.tsx'

/** The canvas of one loaded workspace. */
export function WorkspaceCanvas({id}: {readonly id: WorkspaceId}) {
  return (
    <ReactFlowProvider>
      <Canvas id={id} />
    </ReactFlowProvider>
  )
}

function Canvas({id}: {readonly id: WorkspaceId}) {
  const {workspace, components} = useWorkspace(id)
  const isReadOnly = useWorkspaceStatus(id).phase === 'readOnly'
  const {nodes, onNodesChange, select} = useCanvasNodes(workspace, components, isReadOnly)
  const actions: CanvasActions = useCanvasActions(workspace, select, isReadOnly)
  const [viewport, storeViewport] = useStoredViewport(id)
  useCanvasShortcuts(actions, workspace)

  return (
    <CanvasContext value={actions}>
      <ReactFlow
        className="flow"
        aria-label="Canvas"
        nodes={nodes}
        edges={noEdges}
        nodeTypes={nodeTypes}
        onNodesChange={onNodesChange}
        onNodesDelete={(deleted) => actions.remove(deleted.map((node) => node.id))}
        onMoveEnd={(event, next) => event && storeViewport(next)}
        {...(viewport ? {defaultViewport: viewport} : {fitView: true, fitViewOptions: fitOptions})}
        minZoom={0.2}
        maxZoom={2}
        nodesConnectable={false}
        nodesFocusable
        elevateNodesOnSelect
        panOnScroll
        zoomOnDoubleClick={false}
        deleteKeyCode={deleteKeys}
        onlyRenderVisibleElements={false}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.6} />
        {components.length === 0 && <EmptyHint />}
        <ZoomControls onMoved={storeViewport} />
        {!isReadOnly && <AddBar onAdd={actions.add} />}
      </ReactFlow>
    </CanvasContext>
  )
}

const noEdges: never[] = []
const deleteKeys = ['Delete', 'Backspace']
const fitOptions = {maxZoom: 1, minZoom: 0.55, padding: 0.12}

/** Where a person was on this canvas. Read once: afterwards the canvas itself knows. */
function useStoredViewport(id: WorkspaceId): [Viewport | undefined, (viewport: Viewport) => void] {
  const [stored, store] = useSetting<{x: number; y: number; zoom: number} | null>(`viewport.${id}`, null)
  const [atStart] = useState(stored ?? undefined)
  return [atStart, ({x, y, zoom}) => store({x: Math.round(x), y: Math.round(y), zoom: Number(zoom.toFixed(3))})]
}
