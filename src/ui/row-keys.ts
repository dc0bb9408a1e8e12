import type {KeyboardEvent} from 'react'

const steps: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** Moves the focus from row to row of a list: arrow keys, Home and End. Rows are whatever `selector` finds. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>, selector: string): void {
  const step = steps[event.key]
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)]
  const index = rows.indexOf((event.target as Element).closest<HTMLElement>(selector) as HTMLElement)
  if (step === undefined || index < 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
    return
  }
  event.preventDefault()
  rows[step(index, rows.length)]?.focus()
}
