import {widgets} from '../widgets/widgets.ts'

/** What an empty canvas says. It lets clicks through. */
export function EmptyHint({isReadOnly}: {readonly isReadOnly: boolean}) {
  return (
    <div className="empty-hint">
      <p className="empty-title">Nothing here yet</p>
      {!isReadOnly && (
        <p>
          Add something from the bar below, or press <kbd>1</kbd> to <kbd>{widgets.length}</kbd>.
        </p>
      )}
    </div>
  )
}
