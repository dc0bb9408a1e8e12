import {Trash2} from 'lucide-react'
import type {Selection} from './use-selection.ts'

type SelectionBarProps = {
  readonly selection: Selection
  /** Rows that were read so far. */
  readonly count: number
  readonly hasMore: boolean
  readonly onDelete: () => void
}

/** How many rows there are and are chosen, and what can be done with those. */
export function SelectionBar({selection, count, hasMore, onDelete}: SelectionBarProps) {
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
      <button type="button" className="button is-small is-danger-quiet" disabled={chosen.size === 0} onClick={onDelete}>
        <Trash2 /> Delete
      </button>
    </div>
  )
}
