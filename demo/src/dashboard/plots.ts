import type {TelemetryPoint} from 'keepspace'

/** One line or row of bars in a plot. */
export type PlotLine = {
  readonly label: string
  readonly color: '--accent' | '--hot' | '--danger'
  /** Null where there was nothing to measure. */
  readonly values: readonly (number | null)[]
}

/** Values over time, or over names. */
export type PlotData = {
  readonly title: string
  /** What it means, in one sentence. */
  readonly text: string
  readonly unit: '' | 'ms' | '%' | 'MB' | 'KB'
  readonly form: 'line' | 'bars'
  /** Milliseconds since 1970. */
  readonly times: readonly number[]
  readonly lines: readonly PlotLine[]
}

const BYTES_PER_MB = 1_048_576

/** What is drawn over time. A plot without any value worth drawing has no times. */
export function plotsOf(points: readonly TelemetryPoint[]): readonly PlotData[] {
  const line = (label: string, color: PlotLine['color'], read: (point: TelemetryPoint) => number | null): PlotLine => ({
    label,
    color,
    values: points.map(read),
  })
  const plots: readonly Omit<PlotData, 'times'>[] = [
    {
      title: 'Saves over time',
      text: 'Of the workspace that is shown, and of those in the background.',
      unit: '',
      form: 'bars',
      lines: [
        line('Shown', '--accent', ({activeSaves}) => activeSaves),
        line('Background', '--hot', ({backgroundSaves}) => backgroundSaves),
      ],
    },
    {
      title: 'How long saves take',
      text: 'The mean of all saves, and of the sweep that saves what was missed.',
      unit: 'ms',
      form: 'line',
      lines: [
        line('Save', '--accent', ({saveMs, activeSaves, backgroundSaves}) =>
          mean(saveMs, activeSaves + backgroundSaves),
        ),
        line('Autosave', '--hot', ({autosaveMs, autosaves}) => mean(autosaveMs, autosaves)),
      ],
    },
    {
      title: 'Work at risk',
      text: 'Edits that existed only in memory, at the worst moment of each stretch.',
      unit: '',
      form: 'line',
      lines: [line('Edits', '--danger', ({editsAtRisk}) => editsAtRisk)],
    },
    {
      title: 'Failed saves',
      text: 'Their share of all saves.',
      unit: '%',
      form: 'line',
      lines: [
        line('Failed', '--danger', ({failures, activeSaves, backgroundSaves}) =>
          mean(failures * 100, failures + activeSaves + backgroundSaves),
        ),
      ],
    },
    {
      title: 'Let go from memory',
      text: 'Saved and released, or kept because they could not be.',
      unit: '',
      form: 'bars',
      lines: [
        line('Released', '--accent', ({evictions}) => evictions),
        line('Kept', '--danger', ({refusedEvictions}) => refusedEvictions),
      ],
    },
    {
      title: 'Workspaces in memory',
      text: 'How many at once.',
      unit: '',
      form: 'line',
      lines: [line('Workspaces', '--accent', ({runtimes}) => runtimes)],
    },
    {
      title: 'Memory',
      text: 'What these workspaces take, estimated from the size of what they store.',
      unit: 'MB',
      form: 'line',
      lines: [line('Memory', '--hot', ({memoryBytes}) => memoryBytes / BYTES_PER_MB)],
    },
  ]
  const times = points.map(({atMs}) => atMs)
  return plots.map((plot) => ({...plot, times: plot.lines.some(isWorthDrawing) ? times : []}))
}

function isWorthDrawing({values}: PlotLine): boolean {
  return values.some((value) => value !== null && value > 0)
}

function mean(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count
}

/** A number with its unit, short; a dash where there is none. */
export function formatValue(value: number | null | undefined, unit: PlotData['unit']): string {
  if (value === null || value === undefined) {
    return '–'
  }
  const digits = unit === '' || value >= 100 ? 0 : value >= 10 ? 1 : 2
  const text = value.toLocaleString('en', {maximumFractionDigits: digits})
  return unit === '' ? text : `${text} ${unit}`
}
