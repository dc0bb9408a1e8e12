import {useComponentState} from 'keepspace/react'
import {Plus, X} from 'lucide-react'
import type {CardProps} from '../card-props.ts'
import {facts} from './facts.definition.ts'

/** A small table of names and values. */
export function FactsCard({componentId, isReadOnly}: CardProps) {
  const [state, set] = useComponentState(facts, componentId)
  if (!state) {
    return null
  }
  const {title, rows} = state
  const change = (index: number, row: Partial<(typeof rows)[number]>) =>
    set({rows: rows.map((old, at) => (at === index ? {...old, ...row} : old))})
  return (
    <div className="facts">
      <input
        className="ghost-input note-title nodrag"
        aria-label="Title"
        placeholder="Untitled"
        value={title}
        onChange={(event) => set({title: event.target.value})}
      />
      <ul className="facts-rows nowheel">
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <li key={index} className="facts-row">
            <input
              className="ghost-input facts-name nodrag"
              aria-label={`Name ${index + 1}`}
              placeholder="Name"
              value={row.name}
              onChange={(event) => change(index, {name: event.target.value})}
            />
            <input
              className="ghost-input facts-value nodrag"
              aria-label={`Value ${index + 1}`}
              placeholder="Value"
              value={row.value}
              onChange={(event) => change(index, {value: event.target.value})}
            />
            {!isReadOnly && (
              <button
                type="button"
                className="round-button is-quiet"
                aria-label={`Remove row ${index + 1}`}
                onClick={() => set({rows: rows.filter((_, at) => at !== index)})}
              >
                <X />
              </button>
            )}
          </li>
        ))}
      </ul>
      {!isReadOnly && (
        <button
          type="button"
          className="text-button facts-add"
          onClick={() => set({rows: [...rows, {name: '', value: ''}]})}
        >
          <Plus /> Add row
        </button>
      )}
    </div>
  )
}
