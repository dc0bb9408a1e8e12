import {Dialog} from '@base-ui/react/dialog'
import type {ComponentConflict, ConflictResolution, ConflictSideName, ConflictView} from 'keepspace'
import {useState} from 'react'
import {WideDialog} from '../controls/WideDialog.tsx'
import {widgetOf} from '../widgets/widgets.ts'
import {linesOf, type SideLine} from './side-lines.ts'

type CompareDialogProps = {
  readonly isOpen: boolean
  readonly conflict: ConflictView
  readonly onChoose: (resolution: ConflictResolution) => void
  readonly onClose: () => void
}

/** Both versions of each component side by side, and a choice for each of them. */
export function CompareDialog({isOpen, conflict, onChoose, onClose}: CompareDialogProps) {
  const [choices, setChoices] = useState<Readonly<Record<string, ConflictSideName>>>({})
  const finish = (resolution: ConflictResolution) => {
    onClose()
    onChoose(resolution)
  }
  const components = Object.fromEntries(
    conflict.components.map(({componentId}) => [componentId, choices[componentId] ?? 'mine']),
  )
  return (
    <WideDialog
      isOpen={isOpen}
      onClose={onClose}
      title="Changed in two tabs"
      text="Choose for each part. What you do not choose stays in the history."
    >
      {conflict.components.map((component) => (
        <Compared
          key={component.componentId}
          component={component}
          choice={components[component.componentId] ?? 'mine'}
          onChange={(side) => setChoices((before) => ({...before, [component.componentId]: side}))}
        />
      ))}
      <div className="dialog-actions compare-actions">
        <Dialog.Close className="button">Cancel</Dialog.Close>
        <button type="button" className="button" onClick={() => finish('both')}>
          Keep both
        </button>
        <button type="button" className="button is-primary" onClick={() => finish({components})}>
          Keep what is chosen
        </button>
      </div>
    </WideDialog>
  )
}

type ComparedProps = {
  readonly component: ComponentConflict
  readonly choice: ConflictSideName
  readonly onChange: (side: ConflictSideName) => void
}

const sides = [
  ['mine', 'This tab'],
  ['theirs', 'The other tab'],
] as const

function Compared({component, choice, onChange}: ComparedProps) {
  const {componentId, type} = component
  const lines = linesOf(component)
  return (
    <fieldset className="compare">
      <legend className="compare-title">{widgetOf(type)?.name ?? type}</legend>
      {sides.map(([side, name]) => (
        <label key={side} className="compare-side" data-chosen={choice === side || undefined}>
          <span className="compare-name">
            <input type="radio" name={componentId} checked={choice === side} onChange={() => onChange(side)} />
            {name}
          </span>
          <span className="compare-text">
            {lines[side].map((line) => (
              <Line key={line.name} line={line} />
            ))}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function Line({line: {name, text, isDifferent}}: {readonly line: SideLine}) {
  return (
    <span className="compare-line">
      <span className="compare-key">{name}</span> {isDifferent ? <mark>{text}</mark> : text}
    </span>
  )
}
