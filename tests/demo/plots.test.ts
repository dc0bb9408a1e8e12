import {describe, expect, test} from 'vitest'
import {formatValue, plotsOf} from '../../demo/src/dashboard/plots.ts'
import type {TelemetryPoint} from '../../src/model/telemetry.ts'

const quiet: TelemetryPoint = {
  atMs: 5_000,
  activeSaves: 0,
  backgroundSaves: 0,
  failures: 0,
  saveMs: 0,
  autosaves: 0,
  autosaveMs: 0,
  evictions: 0,
  refusedEvictions: 0,
  editsAtRisk: 0,
  runtimes: 0,
  memoryBytes: 0,
}
const plot = (title: string, ...points: readonly TelemetryPoint[]) =>
  plotsOf(points).find((each) => each.title === title)

describe(plotsOf.name, () => {
  test('draws nothing where nothing was measured, instead of a save that took no time', () => {
    const busy = {...quiet, atMs: 10_000, activeSaves: 2, backgroundSaves: 2, saveMs: 80}
    expect(plot('How long saves take', quiet, busy, {...quiet, atMs: 15_000})).toMatchObject({
      times: [5_000, 10_000, 15_000],
      lines: [
        {label: 'Save', values: [null, 20, null]},
        {label: 'Autosave', values: [null, null, null]},
      ],
    })
  })

  test('shows the share of saves that failed', () => {
    expect(plot('Failed saves', {...quiet, failures: 1, activeSaves: 3})?.lines[0]?.values).toEqual([25])
  })

  test('has no times for a plot without any value, so that it says “nothing yet”', () => {
    expect(plotsOf([quiet]).map(({times}) => times.length)).toEqual([0, 0, 0, 0, 0, 0, 0])
  })
})

test.each([
  [null, 'ms', '–'],
  [undefined, '%', '–'],
  [0, '', '0'],
  [12.34, 'ms', '12.3 ms'],
  [123.4, '%', '123 %'],
] as const)('%s in %s is written %s', (value, unit, words) => {
  expect(formatValue(value, unit)).toBe(words)
})
