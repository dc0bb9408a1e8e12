import {Panel, useReactFlow, useStore, type Viewport} from '@xyflow/react'
import {Maximize, Minus, Plus} from 'lucide-react'
import {useCanvas} from './canvas-context.ts'

/** Closer, farther, everything. */
export function ZoomControls({onMoved}: {readonly onMoved: (viewport: Viewport) => void}) {
  const flow = useReactFlow()
  const canvas = useCanvas()
  const zoom = useStore(({transform}) => transform[2])
  const moved = async (move: Promise<boolean>) => {
    await move
    onMoved(flow.getViewport())
  }
  return (
    <Panel position="bottom-right" className="zoom">
      <button
        type="button"
        className="icon-button is-small"
        aria-label="Zoom out"
        onClick={() => moved(flow.zoomOut({duration: 120}))}
      >
        <Minus />
      </button>
      <button
        type="button"
        className="zoom-level"
        aria-label={`Zoom ${Math.round(zoom * 100)} %. Back to 100 %`}
        onClick={() => moved(flow.zoomTo(1, {duration: 120}))}
      >
        {Math.round(zoom * 100)} %
      </button>
      <button
        type="button"
        className="icon-button is-small"
        aria-label="Zoom in"
        onClick={() => moved(flow.zoomIn({duration: 120}))}
      >
        <Plus />
      </button>
      <button type="button" className="icon-button is-small" aria-label="Show everything" onClick={canvas.showAll}>
        <Maximize />
      </button>
    </Panel>
  )
}
