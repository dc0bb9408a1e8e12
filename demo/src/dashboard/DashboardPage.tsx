import 'uplot/dist/uPlot.min.css'
import type {TelemetryCounters} from 'keepspace'
import {useTelemetry} from 'keepspace/react'
import {Download, ScanEye} from 'lucide-react'
import {HealthCard} from './HealthCard.tsx'
import {PlotCard} from './PlotCard.tsx'
import {formatValue, plotsOf} from './plots.ts'
import {SessionNumbers} from './SessionNumbers.tsx'
import {WorkspaceSaves} from './WorkspaceSaves.tsx'

/** What happened inside since the page was opened, in numbers and plots. */
export function DashboardPage() {
  const numbers = useTelemetry()
  const {counters, series} = numbers
  return (
    <div className="dashboard">
      <div className="dashboard-head">
        <p>What happened since this page was opened. Ids and numbers only, kept in this tab.</p>
        <button type="button" className="button" onClick={() => download(JSON.stringify(numbers, null, 2))}>
          <Download /> Export
        </button>
        <a className="button" href="inspector.html" target="_blank" rel="noreferrer">
          <ScanEye /> Inspector
        </a>
      </div>
      <dl className="dashboard-facts">
        {factsOf(counters).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <HealthCard />
      <div className="dashboard-plots">
        <WorkspaceSaves counters={counters} />
        <SessionNumbers counters={counters.sessions} />
        {plotsOf(series.points).map((plot) => (
          <PlotCard key={plot.title} data={plot} />
        ))}
      </div>
    </div>
  )
}

function factsOf(counters: TelemetryCounters): readonly (readonly [label: string, value: string])[] {
  const percent = (value: number | undefined) => formatValue(value === undefined ? undefined : value * 100, '%')
  const duration = (value: number | undefined) => formatValue(value, 'ms')
  return [
    ['Saves', formatValue(counters.events.save_success ?? 0, '')],
    ['Mean save', duration(counters.meanSaveMs)],
    ['Mean autosave', duration(counters.meanAutosaveMs)],
    ['Failed saves', percent(counters.saveFailureRate)],
    ['Let go safely', percent(counters.evictionSuccessRate)],
  ]
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], {type: 'application/json'}))
  const link = document.createElement('a')
  link.href = url
  link.download = 'keepspace-telemetry.json'
  link.click()
  URL.revokeObjectURL(url)
}
