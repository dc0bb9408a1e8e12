import {type Goal, keepsGoal, type Row} from './row.ts'

/** All rows as one table of text. */
export function formatTable(rows: readonly Row[]): string {
  const header = ['measure', 'contender', 'median', 'p10 – p90', 'n', '× limit', 'goal', '']
  const cells = rows.map((row, index) => [
    rows[index - 1]?.measure === row.measure ? '' : row.measure,
    row.contender,
    `${formatNumber(row.median)} ${row.unit}`,
    row.samples > 1 ? `${formatNumber(row.p10)} – ${formatNumber(row.p90)}` : '',
    String(row.samples),
    row.ratio === undefined ? '' : `${row.ratio.toFixed(2)}`,
    formatGoal(row.goal, row.unit),
    formatVerdict(row),
  ])
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => (line[column] ?? '').length)),
  )
  const isText = (column: number) => column < 2 || column > 5
  return [header, ...cells]
    .map((line) =>
      line
        .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function formatGoal(goal: Goal | undefined, unit: Row['unit']): string {
  if (goal === undefined) {
    return ''
  }
  return 'ratio' in goal ? `≤ ${goal.ratio} ×` : `≤ ${formatNumber(goal.atMost)} ${unit}`
}

function formatVerdict(row: Row): string {
  const keeps = keepsGoal(row)
  return keeps === undefined ? '' : keeps ? 'kept' : 'missed'
}

/** Three digits that mean something, thousands apart. */
function formatNumber(value: number): string {
  if (Math.abs(value) >= 1_000) {
    return Math.round(value).toLocaleString('en-US')
  }
  return Number(value.toPrecision(3)).toString()
}
