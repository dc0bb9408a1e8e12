import type {NodeProps} from '@xyflow/react'
import {PackageOpen, Trash2} from 'lucide-react'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import {widgetOf} from '../widgets/widgets.ts'
import {useCanvas} from './canvas-context.ts'
import type {CanvasNode} from './use-canvas-nodes.ts'

/** Stands in for a component that this version of the app cannot show. Its stored bytes are left as they are. */
export function PlaceholderNode({id, data, selected}: NodeProps<CanvasNode>) {
  const canvas = useCanvas()
  const {type, problem} = data.info
  const name = widgetOf(type)?.name ?? type
  return (
    <article className="card is-placeholder" data-selected={selected || undefined}>
      <header className="card-head card-grip">
        <PackageOpen className="card-icon" aria-hidden="true" />
        <span className="card-name">{name}</span>
        {!canvas.isReadOnly && (
          <ActionMenu
            label={`Actions for this ${name}`}
            className="icon-button is-small card-menu nodrag"
            items={[{label: 'Delete', Icon: Trash2, isDanger: true, onSelect: () => canvas.remove([id])}]}
          />
        )}
      </header>
      <div className="placeholder-body">
        <strong>This cannot be shown here</strong>
        <p>{problem?.error.sentence ?? 'This version of the app does not know this kind of component.'}</p>
        <p>It is kept exactly as it was stored.</p>
      </div>
    </article>
  )
}
