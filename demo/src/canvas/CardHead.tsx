import {ArrowUpToLine, Copy, Lock, Trash2} from 'lucide-react'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import type {Widget} from '../widgets/widgets.ts'
import {useCanvas} from './canvas-context.ts'

type CardHeadProps = {
  readonly widget: Widget
  readonly id: string
  readonly isReadOnly: boolean
}

/** The part of a card it is moved by, with its menu. */
export function CardHead({widget, id, isReadOnly}: CardHeadProps) {
  const canvas = useCanvas()
  const {Icon, name} = widget
  return (
    <header className="card-head card-grip">
      <Icon className="card-icon" aria-hidden="true" />
      <span className="card-name">{name}</span>
      {isReadOnly && (
        <span className="card-lock" title="Can be read, not edited">
          <Lock aria-hidden="true" /> Read-only
        </span>
      )}
      {!canvas.isReadOnly && (
        <ActionMenu
          label={`Actions for this ${name.toLowerCase()}`}
          className="icon-button is-small card-menu nodrag"
          items={[
            !isReadOnly && {label: 'Duplicate', Icon: Copy, onSelect: () => canvas.duplicate(id)},
            !isReadOnly && {label: 'Bring to front', Icon: ArrowUpToLine, onSelect: () => canvas.bringToFront(id)},
            !isReadOnly && 'separator',
            {label: 'Delete', Icon: Trash2, keys: 'Del', isDanger: true, onSelect: () => canvas.remove([id])},
          ]}
        />
      )}
    </header>
  )
}
