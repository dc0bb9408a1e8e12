import {widgetOf} from '../widgets/widgets.ts'

const relative = new Intl.RelativeTimeFormat(undefined, {numeric: 'auto'})

const units: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** How long ago something was, as people say it. */
export function ageOf(timeMs: number, nowMs: number = Date.now()): string {
  const passedMs = Math.max(0, nowMs - timeMs)
  const [unit, ms] = units.find(([, size]) => passedMs >= size) ?? ['second', 1_000]
  return unit === 'second' ? 'just now' : relative.format(-Math.floor(passedMs / ms), unit)
}

/** What is in it, e.g. “2 × Note, 1 × Timer”. */
export function contentsOf(components: Readonly<Record<string, number>>): string {
  const words = Object.entries(components).map(([type, count]) => `${count} × ${widgetOf(type)?.name ?? type}`)
  return words.join(', ') || 'empty'
}
