import {type LucideIcon, Undo2} from 'lucide-react'
import {useId} from 'react'

export type TrashItem = {
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly trashedAt: number | undefined
  readonly restore: () => Promise<unknown>
}

type TrashListProps = {
  readonly title: string
  readonly Icon: LucideIcon
  readonly items: readonly TrashItem[]
}

const moment = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'})

/** One kind of deleted things, newest first. Nothing when there are none. */
export function TrashList({title, Icon, items}: TrashListProps) {
  const id = useId()
  if (items.length === 0) {
    return null
  }
  const sorted = items.toSorted((left, right) => (right.trashedAt ?? 0) - (left.trashedAt ?? 0))
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="section-title">
        {title}
      </h2>
      <ul className="trash-list">
        {sorted.map((item) => (
          <li key={item.id} className="trash-item">
            <Icon className="trash-icon" aria-hidden="true" />
            <div className="trash-words">
              <span className="trash-title">{item.title}</span>
              <span className="trash-detail">{item.detail}</span>
            </div>
            {item.trashedAt !== undefined && (
              <time className="trash-time" dateTime={new Date(item.trashedAt).toISOString()}>
                {moment.format(item.trashedAt)}
              </time>
            )}
            <button
              type="button"
              className="button is-small"
              aria-label={`Restore ${item.title}`}
              onClick={() => void item.restore()}
            >
              <Undo2 /> Restore
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
