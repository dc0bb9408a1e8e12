import {useMemo, useRef, useState} from 'react'

/** Which rows of a list are chosen. Rows that are not in the list any more do not count. */
export type Selection = {
  readonly chosen: ReadonlySet<string>
  readonly isAll: boolean
  /** Chooses a row or not; with `isRange`, all rows between it and the one before alike. */
  readonly toggle: (id: string, isRange: boolean) => void
  readonly chooseAll: (isChosen: boolean) => void
}

export function useSelection(ids: readonly string[]): Selection {
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set())
  const anchor = useRef<string>(undefined)
  const chosen = useMemo(() => new Set(ids.filter((id) => wanted.has(id))), [ids, wanted])
  const toggle = (id: string, isRange: boolean) => {
    const isChosen = !chosen.has(id)
    const from = ids.indexOf(anchor.current ?? id)
    const to = ids.indexOf(id)
    const range = isRange && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id]
    anchor.current = id
    const next = new Set(chosen)
    for (const one of range) {
      if (isChosen) {
        next.add(one)
      } else {
        next.delete(one)
      }
    }
    setWanted(next)
  }
  return {
    chosen,
    isAll: ids.length > 0 && chosen.size === ids.length,
    toggle,
    chooseAll: (isChosen) => setWanted(new Set(isChosen ? ids : [])),
  }
}
