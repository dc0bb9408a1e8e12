import {ReactFlowProvider} from '@xyflow/react'
import type {WorkspaceId} from 'keepspace'
import {useKeepspace, useSetting} from 'keepspace/react'
import {useLayoutEffect, useRef, useState} from 'react'
import {Canvas} from './Canvas.tsx'
import {startView, type View} from './start-view.ts'

/** The canvas of one loaded workspace, where a person left it. Measured before the first paint, so nothing jumps. */
export function WorkspaceCanvas({id}: {readonly id: WorkspaceId}) {
  const keepspace = useKeepspace()
  const frame = useRef<HTMLDivElement>(null)
  const [stored, store] = useSetting<View | null>(`viewport.${id}`, null)
  const [view, setView] = useState<View>()
  useLayoutEffect(() => {
    const cards = keepspace.workspace(id).getComponents()
    const {clientWidth: width, clientHeight: height} = frame.current as HTMLDivElement
    const layouts = cards.map(({layout}) => layout)
    setView((before) => before ?? stored ?? startView(layouts, {width, height}))
  }, [keepspace, id, stored])
  return (
    <div ref={frame} className="flow-frame">
      {view && (
        <ReactFlowProvider>
          <Canvas id={id} view={view} onMoved={(next) => void store(rounded(next))} />
        </ReactFlowProvider>
      )}
    </div>
  )
}

function rounded({x, y, zoom}: View): View {
  return {x: Math.round(x), y: Math.round(y), zoom: Number(zoom.toFixed(3))}
}
