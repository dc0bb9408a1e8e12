import {type KeyboardEvent, memo, type ReactElement, useEffect, useRef} from 'react'
import type {ActorView, InspectionView} from '../inspector/inspection-view.ts'
import {innermostOf} from './chart-picture.tsx'

export type TreeRow = {
  readonly sessionId: string
  readonly name: string
  /** Its name without that of the actor it stands under. */
  readonly label: string
  readonly level: number
  readonly state: string
  readonly isChart: boolean
}

/** Every actor that is there under the one that started it, and those that match the search with what they stand under. */
export function treeRows({actors}: InspectionView, search: string): readonly TreeRow[] {
  const children = new Map<string | undefined, ActorView[]>()
  for (const view of actors.values()) {
    const {parentId} = view.actor
    const key = parentId !== undefined && actors.has(parentId) ? parentId : undefined
    const siblings = children.get(key)
    if (siblings === undefined) {
      children.set(key, [view])
    } else {
      siblings.push(view)
    }
  }
  const words = search.trim().toLowerCase()
  const rowsUnder = (parent: ActorView | undefined, level: number): readonly TreeRow[] =>
    (children.get(parent?.actor.sessionId) ?? []).flatMap((view) => {
      const inner = rowsUnder(view, level + 1)
      const row = rowOf(view, parent, level)
      return inner.length > 0 || `${row.name} ${row.state}`.toLowerCase().includes(words) ? [row, ...inner] : []
    })
  return rowsUnder(undefined, 1)
}

function rowOf(view: ActorView, parent: ActorView | undefined, level: number): TreeRow {
  const {sessionId, systemId, chart} = view.actor
  const state = innermostOf(view).join(', ') || (view.snapshot?.status ?? 'begins')
  const prefix = `${parent?.actor.systemId}.`
  const label = systemId.startsWith(prefix) ? systemId.slice(prefix.length) : systemId
  return {sessionId, name: systemId, label, level, state, isChart: chart !== undefined}
}

type ActorTreeProps = {
  readonly rows: readonly TreeRow[]
  readonly selected: string | undefined
  readonly onSelect: (sessionId: string) => void
  /** Chosen for good, where the actors hide what is shown of them. */
  readonly onOpen: (sessionId: string) => void
}

/** The actors as a tree. Arrow keys go up and down. */
export function ActorTree({rows, selected, onSelect, onOpen}: ActorTreeProps): ReactElement {
  const list = useRef<HTMLDivElement>(null)
  const at = rows.findIndex(({sessionId}) => sessionId === selected)
  const go = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1}
    const row = rows[steps[event.key] ?? -1]
    if (row !== undefined) {
      event.preventDefault()
      onSelect(row.sessionId)
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection moves the focus
  useEffect(() => {
    const row = list.current?.querySelector<HTMLElement>('[aria-selected="true"]')
    if (list.current?.contains(document.activeElement)) {
      row?.focus()
    }
  }, [selected])
  return (
    <div ref={list} className="ksi-tree" role="tree" aria-label="Actors" onKeyDown={go}>
      {rows.map((row, index) => (
        <Row
          key={row.sessionId}
          {...row}
          isSelected={row.sessionId === selected}
          isEntry={row.sessionId === selected || (at < 0 && index === 0)}
          onOpen={onOpen}
        />
      ))}
      {rows.length === 0 && <p className="ksi-empty">No actor matches.</p>}
    </div>
  )
}

type RowProps = TreeRow & {
  readonly isSelected: boolean
  /** Whether the tab key leads to it. */
  readonly isEntry: boolean
  readonly onOpen: (sessionId: string) => void
}

const Row = memo(({sessionId, name, label, level, state, isChart, isSelected, isEntry, onOpen}: RowProps) => (
  <div
    role="treeitem"
    aria-level={level}
    aria-selected={isSelected}
    tabIndex={isEntry ? 0 : -1}
    className="ksi-row"
    data-chart={isChart || undefined}
    style={{paddingInlineStart: `${level * 12}px`}}
    title={name}
    onClick={() => onOpen(sessionId)}
    onKeyDown={(event) => event.key === 'Enter' && onOpen(sessionId)}
  >
    <span className="ksi-name">{label}</span>
    <span className="ksi-pill">{state}</span>
  </div>
))
