import {widgets} from '../widgets/widgets.ts'

/** What an empty canvas says. It lets clicks through. */
export function EmptyHint() {
  return (
    <div className="empty-hint">
      <p className="empty-title">Nothing here yet</p>
      <p>
        Add something from the bar below, or press <kbd>1</kbd> to <kbd>{widgets.length}</kbd>.
      </p>
    </div>
  )
}
