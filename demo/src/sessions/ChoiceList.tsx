type Choice<Key> = {
  readonly key: Key
  readonly title: string
  readonly detail: string
}

type ChoiceListProps<Key> = {
  readonly label: string
  readonly choices: readonly Choice<Key>[]
  readonly chosen: Key | undefined
  readonly onChoose: (key: Key) => void
  readonly moreLabel: string
  /** Reads further ones. Without it there are none. */
  readonly onMore: (() => void) | undefined
}

/** What there is to look at beside it, one chosen at a time. */
export function ChoiceList<Key extends string | number>(props: ChoiceListProps<Key>) {
  const {label, choices, chosen, onChoose, moreLabel, onMore} = props
  return (
    <ol className="history-list" aria-label={label}>
      {choices.map(({key, title, detail}) => (
        <li key={key}>
          <button type="button" className="history-version" aria-pressed={key === chosen} onClick={() => onChoose(key)}>
            <span className="history-time">{title}</span>
            <span className="history-detail">{detail}</span>
          </button>
        </li>
      ))}
      {onMore && (
        <li>
          <button type="button" className="text-button" onClick={onMore}>
            {moreLabel}
          </button>
        </li>
      )}
    </ol>
  )
}
