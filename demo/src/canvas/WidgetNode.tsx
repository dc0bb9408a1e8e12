import {type NodeProps, NodeResizer} from '@xyflow/react'
import {ComponentBoundary} from 'keepspace/react'
import {type ComponentType, memo} from 'react'
import type {Widget} from '../widgets/widgets.ts'
import {brokenCard} from './BrokenCard.tsx'
import {CardHead} from './CardHead.tsx'
import {useCanvas} from './canvas-context.ts'
import {ProblemBadge} from './ProblemBadge.tsx'
import type {CanvasNode} from './use-canvas-nodes.ts'

/** The node of one kind of widget: a card that can be moved by its head and resized at its edges. */
export function widgetNode(widget: Widget): ComponentType<NodeProps<CanvasNode>> {
  const Card = memo(widget.Card)

  return function WidgetNode({id, data, selected}) {
    const {info} = data
    const isReadOnly = useCanvas().isReadOnly || info.status === 'readOnly'
    return (
      <>
        <NodeResizer
          isVisible={selected && !isReadOnly}
          minWidth={widget.minWidth}
          minHeight={widget.minHeight}
          lineClassName="resize-line"
          handleClassName="resize-handle"
        />
        <article
          className="card"
          data-type={widget.type}
          data-selected={selected || undefined}
          data-running={info.isRunning || undefined}
          data-readonly={isReadOnly || undefined}
        >
          <CardHead widget={widget} id={id} isReadOnly={isReadOnly} />
          <fieldset className="card-body" disabled={isReadOnly}>
            <legend className="visually-hidden">{widget.name}</legend>
            <ComponentBoundary fallback={brokenCard}>
              <Card componentId={id} isReadOnly={isReadOnly} />
            </ComponentBoundary>
          </fieldset>
          {info.problem && <ProblemBadge problem={info.problem} />}
        </article>
      </>
    )
  }
}
