import {useHealth, useSaveStatus} from 'keepspace/react'
import type {Experiment} from './experiment.ts'
import {lostOf} from './ledger.ts'
import {PLUG_WORKSPACE} from './plug-keepspace.ts'

/** Where the work is right now, and what was lost so far. */
export function PlugNumbers({experiment}: {readonly experiment: Experiment}) {
  const {made, acknowledged, verdicts} = experiment
  const {label} = useSaveStatus(PLUG_WORKSPACE, {smooth: true})
  const {issues} = useHealth()
  const lost = verdicts.reduce((sum, verdict) => sum + lostOf(verdict), 0)
  return (
    <section className="plug-section" aria-label="Right now">
      <dl className="plug-numbers">
        <Figure name="Edits made" value={made} />
        <Figure name="Acknowledged" value={acknowledged} />
        <Figure name="Only in memory" value={Math.max(0, made - acknowledged)} tone="warm" />
        <Figure name="Acknowledged and lost" value={lost} tone={lost === 0 ? 'good' : 'bad'} />
      </dl>
      <p className="plug-status">
        <strong>{label}.</strong> {issues[0]?.advice ?? 'Everything works as it should.'}
      </p>
    </section>
  )
}

type FigureProps = {
  readonly name: string
  readonly value: number
  readonly tone?: 'good' | 'warm' | 'bad'
}

function Figure({name, value, tone}: FigureProps) {
  return (
    <div className="plug-number" data-tone={tone}>
      <dt>{name}</dt>
      <dd>{value.toLocaleString('en')}</dd>
    </div>
  )
}
