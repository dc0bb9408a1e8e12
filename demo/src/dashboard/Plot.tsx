import {useEffect, useRef} from 'react'
import uPlot from 'uplot'
import {formatValue, type PlotData} from './plots.ts'

const HEIGHT = 150
/** So much time lies before the first point. */
const LEAST_SECONDS = 120
/** Room for half a bar. */
const EDGE_SECONDS = 6
/** So few points are drawn as points: a line of one is none. */
const FEW_POINTS = 12
/** Room for the numbers at the side. */
const AXIS_WIDTH = 52

/** One plot on a canvas. What it shows stands beside it as a table, so it is hidden from screen readers. */
export function Plot({data}: {readonly data: PlotData}) {
  const host = useRef<HTMLDivElement | null>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const newest = useRef(data)
  newest.current = data

  useEffect(() => {
    const element = host.current
    if (element === null) {
      return undefined
    }
    const draw = () => {
      plot.current?.destroy()
      plot.current = new uPlot(optionsFor(newest.current, element), alignedOf(newest.current), element)
    }
    const resize = new ResizeObserver(() => plot.current?.setSize({width: element.clientWidth, height: HEIGHT}))
    const scheme = window.matchMedia('(prefers-color-scheme: dark)')
    const theme = new MutationObserver(draw)
    draw()
    resize.observe(element)
    theme.observe(document.documentElement, {attributeFilter: ['data-theme']})
    scheme.addEventListener('change', draw)
    return () => {
      resize.disconnect()
      theme.disconnect()
      scheme.removeEventListener('change', draw)
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [])
  useEffect(() => {
    plot.current?.setData(alignedOf(data))
  }, [data])

  return <div ref={host} className="plot" aria-hidden="true" />
}

function optionsFor({lines, unit, form, times}: PlotData, element: HTMLElement): uPlot.Options {
  const color = colorsOf(element)
  const axis = {stroke: color('--text-faint'), grid: {stroke: color('--line'), width: 1}, ticks: {show: false}}
  const bars = form === 'bars' ? uPlot.paths.bars?.({size: [0.7, 24]}) : undefined
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: {show: false},
    cursor: {show: false},
    scales: {
      x: {range: (_, min, max) => [min, max + EDGE_SECONDS]},
      y: {range: (_, __, max) => [0, Math.max(max * 1.1, unit === 'MB' ? 0.01 : 1)]},
    },
    axes: [
      {...axis, grid: {show: false}},
      {...axis, size: AXIS_WIDTH, values: (_, values) => values.map((value) => formatValue(value, unit))},
    ],
    series: [
      {},
      ...lines.map(({label, color: name}, index) => ({
        label,
        stroke: color(name),
        width: 2,
        points: {show: form === 'line' && times.length <= FEW_POINTS, fill: color(name)},
        ...(bars && {paths: bars, fill: color(name)}),
        ...(index > 0 && !bars && {dash: [5, 4]}),
        // Between two measurements nothing was measured, which is not nothing.
        spanGaps: form === 'line',
      })),
    ],
  }
}

/**
 * Seconds, as uPlot wants them. Bars of several lines stand on each other: the later line is drawn under the sum. A
 * point without a value comes first, because uPlot shows years around a single one.
 */
function alignedOf({times, lines, form}: PlotData): uPlot.AlignedData {
  const [first = 0] = times
  const seconds = [first / 1000 - LEAST_SECONDS, ...times.map((time) => time / 1000)]
  if (form !== 'bars' || lines.length < 2) {
    return [seconds, ...lines.map(({values}) => [null, ...values])]
  }
  const sumOf = (stacked: PlotData['lines']) =>
    times.map((_, at) => stacked.reduce((sum, {values}) => sum + (values[at] ?? 0), 0))
  return [seconds, [null, ...sumOf(lines)], [null, ...sumOf(lines.slice(1))]]
}

/** Colours as they are now: a canvas does not know custom properties, nor light-dark(). */
function colorsOf(element: HTMLElement): (name: string) => string {
  const probe = document.createElement('span')
  return (name) => {
    probe.style.color = `var(${name})`
    element.append(probe)
    const {color} = getComputedStyle(probe)
    probe.remove()
    return color
  }
}
