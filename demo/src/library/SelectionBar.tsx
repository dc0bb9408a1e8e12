import {Trash2} from 'lucide-react'
import type {Selection} from './use-selection.ts'

type SelectionBarProps = {
  readonly selection: Selection
  /** Rows that were read so far. */
  readonly count: number
  readonly hasMore: boolean
  /** What is done with the chosen ones. */
  readonly label: string
  readonly onRemove: () => void
  /** Missing where not everything can go at once. */
  readonly onRemoveAll: (() => void) | undefined
}

/** How many rows there are and are chosen, and what can be done with those. */
export function SelectionBar({selection, count, hasMore, label, onRemove, onRemoveAll}: SelectionBarProps) {
  const {chosen, isAll, chooseAll} = selection
  return (
    <div className="library-bar">
      <div className="library-all">
        <input
          type="checkbox"
          aria-label="Select all that are shown"
          checked={isAll}
          disabled={count === 0}
          ref={(box) => {
            if (box) {
              box.indeterminate = !isAll && chosen.size > 0
            }
          }}
          onChange={(event) => chooseAll(event.target.checked)}
        />
        <span role="status">{chosen.size > 0 ? `${chosen.size} selected` : `${count}${hasMore ? '+' : ''} shown`}</span>
      </div>
      <div className="library-verbs">
        {onRemoveAll && (
          <button type="button" className="button is-small" onClick={onRemoveAll}>
            {label} all
          </button>
        )}
        <button
          type="button"
          className="button is-small is-danger-quiet"
          disabled={chosen.size === 0}
          onClick={onRemove}
        >
          <Trash2 /> {label}
        </button>
      </div>
    </div>
  )
}
