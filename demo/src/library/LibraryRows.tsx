import {useVirtualizer} from '@tanstack/react-virtual'
import {type KeyboardEvent, useEffect, useRef, useState} from 'react'
import {LibraryRow} from './LibraryRow.tsx'
import type {LibraryList, LibraryName} from './library-lists.ts'
import type {Selection} from './use-selection.ts'

type LibraryRowsProps = {
  readonly name: LibraryName
  readonly list: LibraryList
  readonly selection: Selection
  readonly onRemove: (ids: readonly string[]) => void
}

const ROW_PX = 65
/** The next page is asked for before its place comes into sight. */
const AHEAD = 30

/** Draws only the rows in sight, however many there are. */
export function LibraryRows({name, list, selection, onRemove}: LibraryRowsProps) {
  const {rows, hasMore, loadMore, error, rename} = list
  const frame = useRef<HTMLDivElement>(null)
  const [renaming, setRenaming] = useState<string>()
  const count = rows.length + (hasMore ? 1 : 0)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => rows[index]?.id ?? 'more',
  })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - AHEAD) {
      loadMore()
    }
  }, [last, rows.length, loadMore])

  const goTo = (index: number) => {
    if (index < 0 || index >= rows.length) {
      return
    }
    virtual.scrollToIndex(index)
    requestAnimationFrame(() =>
      frame.current?.querySelector<HTMLElement>(`[data-index="${index}"] input[type="checkbox"]`)?.focus(),
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset.index ?? -1)
    if (target.matches('input:not([type="checkbox"])')) {
      return
    }
    const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10}[event.key]
    if (step !== undefined && index >= 0) {
      event.preventDefault()
      goTo(Math.min(Math.max(index + step, 0), rows.length - 1))
    } else if (event.key === 'Delete' && selection.chosen.size > 0) {
      onRemove([...selection.chosen])
    } else if (event.key === 'F2' && rename !== undefined) {
      setRenaming(rows[index]?.id)
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that its rows do not use come up to it
    <div ref={frame} className="library-frame" onKeyDown={onKeyDown}>
      <ul className="library-list" style={{height: virtual.getTotalSize()}}>
        {shown.map(({index, start, key}) => {
          const row = rows[index]
          return (
            <li
              key={key}
              className="library-item"
              data-index={index}
              aria-setsize={hasMore ? -1 : rows.length}
              aria-posinset={index + 1}
              style={{transform: `translateY(${start}px)`, height: ROW_PX}}
            >
              {row === undefined ? (
                <More hasFailed={error !== undefined} onRetry={list.again} />
              ) : (
                <LibraryRow
                  name={name}
                  row={row}
                  isChosen={selection.chosen.has(row.id)}
                  isRenaming={renaming === row.id}
                  onToggle={(isRange) => selection.toggle(row.id, isRange)}
                  onRenaming={(isRenaming) => setRenaming(isRenaming ? row.id : undefined)}
                  onRename={rename && ((title) => rename(row.id, title))}
                  onRemove={() => onRemove([row.id])}
                  onDismiss={() => list.dismiss(row.id)}
                />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function More({hasFailed, onRetry}: {readonly hasFailed: boolean; readonly onRetry: () => void}) {
  return hasFailed ? (
    <div className="library-more" role="alert">
      <span>The rest could not be read.</span>
      <button type="button" className="button is-small" onClick={onRetry}>
        Try again
      </button>
    </div>
  ) : (
    <div className="library-more" role="status">
      Reading more…
    </div>
  )
}
