import type {SessionCounters} from 'keepspace'
import {formatValue, type PlotData} from './plots.ts'

/** One measured number, and what it should be. */
export type SessionNumber = {
  readonly label: string
  readonly value: number
  readonly unit: PlotData['unit']
  /** In words; empty where nothing is expected. */
  readonly target: string
  readonly isMet: boolean
}

type Targets = Partial<Record<keyof SessionCounters, number>>

const BYTES_PER_KB = 1_024

const times = [
  ['meanReadMs', 'Reading what is stored'],
  ['meanHashMs', 'Hashing it'],
  ['meanSaveMs', 'Saving to the server'],
  ['meanLoadMs', 'Opening from the server'],
] as const
const rates = [
  ['saveSuccessRate', 'Saves that arrived'],
  ['recoverySuccessRate', 'Recoveries that worked'],
  ['backgroundSuccessRate', 'Background saves that arrived'],
] as const

/** What was measured so far, in words. What never happened is left out. */
export function sessionNumbersOf(counters: SessionCounters, targets: Targets): readonly SessionNumber[] {
  const plain = (label: string, value: number, unit: PlotData['unit'] = ''): SessionNumber[] =>
    value === 0 ? [] : [{label, value, unit, target: '', isMet: true}]
  return [
    ...times.flatMap(([name, label]): SessionNumber[] => {
      const [value, target = Number.POSITIVE_INFINITY] = [counters[name], targets[name]]
      return value === undefined
        ? []
        : [{label, value, unit: 'ms', target: `at most ${formatValue(target, 'ms')}`, isMet: value <= target}]
    }),
    ...rates.flatMap(([name, label]): SessionNumber[] => {
      const [value, target = 0] = [counters[name], targets[name]]
      return value === undefined
        ? []
        : [
            {
              label,
              value: value * 100,
              unit: '%',
              target: `at least ${formatValue(target * 100, '%')}`,
              isMet: value >= target,
            },
          ]
    }),
    ...plain('Mean size', (counters.meanBytes ?? 0) / BYTES_PER_KB, 'KB'),
    ...plain('Largest', counters.largestBytes / BYTES_PER_KB, 'KB'),
    ...plain('Refused as too large', counters.sizeRefusals),
    ...plain('Conflicts', counters.conflicts),
    ...plain('Looks at the server in an hour', counters.polls === 0 ? 0 : counters.pollsPerHour),
  ]
}
