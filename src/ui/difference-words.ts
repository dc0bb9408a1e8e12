import type {ComponentContent} from '../model/content.ts'
import {isEqualJson} from '../model/json.ts'
import type {ComponentDifference} from '../sessions.ts'

/** A piece of a text, and whether the other version has another one in its place. */
export type TextPart = {readonly text: string; readonly isDifferent: boolean}

/** One property of one version, in words. */
export type DifferenceLine = {
  readonly name: string
  readonly isDifferent: boolean
  readonly parts: readonly TextPart[]
}

/** Both versions of a component, property by property, in the same order. */
export type DifferenceLines = {
  readonly mine: readonly DifferenceLine[]
  readonly theirs: readonly DifferenceLine[]
}

/** Says what both versions of a component hold, and where they differ: down to the words of a text. */
export function describeDifference({mine, theirs}: Pick<ComponentDifference, 'mine' | 'theirs'>): DifferenceLines {
  const own = propertiesOf(mine)
  const other = propertiesOf(theirs)
  const names = [...new Set([...own.keys(), ...other.keys()])]
  const side = (one: ReadonlyMap<string, unknown>, two: ReadonlyMap<string, unknown>) =>
    names.map((name) => lineOf(name, one.get(name), two.get(name)))
  return {mine: side(own, other), theirs: side(other, own)}
}

function lineOf(name: string, value: unknown, other: unknown): DifferenceLine {
  const isDifferent = !isEqualJson(value, other)
  const text = textOf(value)
  return {name, isDifferent, parts: isDifferent ? partsOf(text, textOf(other)) : [{text, isDifferent: false}]}
}

/** What stands between the beginning and the end that both have, cut at words. */
function partsOf(text: string, other: string): readonly TextPart[] {
  const [own, foreign] = [wordsOf(text), wordsOf(other)]
  let begin = 0
  while (begin < own.length && begin < foreign.length && own[begin] === foreign[begin]) {
    begin += 1
  }
  let end = 0
  while (
    end < own.length - begin &&
    end < foreign.length - begin &&
    own[own.length - 1 - end] === foreign[foreign.length - 1 - end]
  ) {
    end += 1
  }
  return [
    {text: own.slice(0, begin).join(''), isDifferent: false},
    {text: own.slice(begin, own.length - end).join(''), isDifferent: true},
    {text: own.slice(own.length - end).join(''), isDifferent: false},
  ].filter((part) => part.text !== '')
}

const wordsOf = (text: string): readonly string[] => text.match(/\s+|[^\s]+/g) ?? []

function propertiesOf(component: ComponentContent | undefined): ReadonlyMap<string, unknown> {
  if (component === undefined) {
    return new Map([['state', 'does not exist']])
  }
  const {state, ...records} = component.records
  const fields = typeof state === 'object' && state !== null && !Array.isArray(state) ? state : {content: state}
  const all = {...fields, ...records}
  const known = Object.entries(all).filter(([, value]) => value !== undefined)
  return new Map<string, unknown>([...known, ...placeOf(component)])
}

function placeOf({layout}: ComponentContent): readonly (readonly [string, string])[] {
  if (layout === undefined) {
    return []
  }
  const [x, y, width, height] = [layout.x, layout.y, layout.width, layout.height].map(Math.round)
  return [['place', `${x}, ${y}, ${width} × ${height}`]]
}

function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return value || '(empty)'
  }
  return value === undefined ? '—' : JSON.stringify(value)
}
