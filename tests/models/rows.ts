import type {PathReport} from '../../src/testing/path-runner.ts'

/** The last line that is printed. */
export type ModelsResult = {
  readonly charts: number
  readonly states: number
  readonly statesCovered: number
  readonly transitions: number
  readonly transitionsCovered: number
  readonly failures: number
}

/** What walking the paths of one chart brought in one place. */
export type Row = Omit<ModelsResult, 'charts'> & {
  readonly chart: string
  readonly paths: number
  readonly steps: number
}

/** Prints what the walks of one chart covered, what they did not, and where the running system differed. */
export function tell(say: (line: string) => void, row: Row, words: string, reports: readonly PathReport[]): void {
  const {states, statesCovered, transitions, transitionsCovered, failures} = row
  say(
    `${words.padEnd(10)} states ${statesCovered}/${states}, transitions ${transitionsCovered}/${transitions}, ` +
      `paths ${reports.map(({paths}) => paths).join(' + ')}, steps ${row.steps}, failures ${failures}`,
  )
  const [shortest] = reports
  for (const place of shortest === undefined ? [] : uncovered(shortest)) {
    say(`  not covered: ${place}`)
  }
  for (const {steps, state, reason} of reports.flatMap((report) => report.failures)) {
    say(`  ${steps.join(' → ')} (${state})\n    ${reason}`)
  }
}

/** Places that the paths did not go through, or where the running chart was not seen. */
export function uncovered({states, transitions, seen}: PathReport): readonly string[] {
  const isUnseen = (place: string) => seen !== undefined && !seen.states.has(place) && !seen.transitions.has(place)
  return [...states.missing, ...transitions.missing, ...[...states.reached, ...transitions.reached].filter(isUnseen)]
}

/** What the shortest paths covered, and what all paths found. */
export function rowOf(shortest: PathReport, ...others: readonly PathReport[]): Row {
  const {seen} = shortest
  const all = [shortest, ...others]
  return {
    chart: shortest.chart,
    states: shortest.states.total,
    statesCovered: shortest.states.reached.filter((place) => seen?.states.has(place) ?? true).length,
    transitions: shortest.transitions.total,
    transitionsCovered: shortest.transitions.reached.filter((place) => seen?.transitions.has(place) ?? true).length,
    failures: sum(all, ({failures}) => failures.length),
    paths: sum(all, ({paths}) => paths),
    steps: sum(all, ({steps}) => steps),
  }
}

export function emptyRow(chart: string, states: number, transitions: number): Row {
  return {chart, states, statesCovered: 0, transitions, transitionsCovered: 0, failures: 0, paths: 0, steps: 0}
}

/** Everything in one. A chart that is walked in several places counts once, covered as far as it is in each. */
export function total(rows: readonly Row[]): ModelsResult {
  const names = new Set(rows.map(({chart}) => chart))
  const charts = [...names].map((name) => rows.filter(({chart}) => chart === name))
  const least = (pick: (row: Row) => number) => sum(charts, (walks) => Math.min(...walks.map(pick)))
  return {
    charts: charts.length,
    states: least(({states}) => states),
    statesCovered: least(({statesCovered}) => statesCovered),
    transitions: least(({transitions}) => transitions),
    transitionsCovered: least(({transitionsCovered}) => transitionsCovered),
    failures: sum(rows, ({failures}) => failures),
  }
}

function sum<Item>(items: readonly Item[], pick: (item: Item) => number): number {
  return items.reduce((all, item) => all + pick(item), 0)
}
