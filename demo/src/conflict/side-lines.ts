import type {ComponentConflict, ConflictSide} from 'keepspace'

/** One property of one version, in words. */
export type SideLine = {readonly name: string; readonly text: string; readonly isDifferent: boolean}

/** What both versions of a component hold, property by property; where they differ is marked. */
export function linesOf({mine, theirs}: Pick<ComponentConflict, 'mine' | 'theirs'>): {
  readonly mine: readonly SideLine[]
  readonly theirs: readonly SideLine[]
} {
  const own = propertiesOf(mine)
  const other = propertiesOf(theirs)
  const names = [...new Set([...own.keys(), ...other.keys()])]
  const side = (one: ReadonlyMap<string, string>, two: ReadonlyMap<string, string>) =>
    names.map((name) => ({name, text: one.get(name) ?? '—', isDifferent: one.get(name) !== two.get(name)}))
  return {mine: side(own, other), theirs: side(other, own)}
}

/** What one version of a component holds, property by property. */
export function linesOfSide(side: ConflictSide): readonly Omit<SideLine, 'isDifferent'>[] {
  return [...propertiesOf(side)].map(([name, text]) => ({name, text}))
}

function propertiesOf({content, layout, isDeleted}: ConflictSide): ReadonlyMap<string, string> {
  if (isDeleted) {
    return new Map([['state', 'deleted']])
  }
  const fields = typeof content === 'object' && content !== null ? Object.entries(content) : [['content', content]]
  const place = `${Math.round(layout.x)}, ${Math.round(layout.y)}, ${Math.round(layout.width)} × ${Math.round(layout.height)}`
  return new Map([...fields.map(([name, value]): [string, string] => [String(name), textOf(value)]), ['place', place]])
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value || '(empty)' : (JSON.stringify(value) ?? '—')
}
