import type {AnyStateMachine} from 'xstate'
import {statesOf} from '../../src/machines/chart-places.ts'
import type {Chart} from './charts.ts'

/** Who starts whom, and what each waits for: read from the root chart and the charts that it starts. */
export function toActors(charts: readonly Chart[]): string {
  const root = charts.find(({name}) => name === 'root')
  if (root === undefined) {
    throw new Error('There is no chart "root"')
  }
  const startedBy = actorsOf(root.machine)
  const invoked = new Set(root.machine.root.invoke.map(({src}) => String(src)))
  const others = charts.filter(({name}) => name !== 'root')
  const inside = others.filter(({name}) => startedBy.has(name))
  const beside = others.filter(({name}) => !startedBy.has(name))
  return [
    '%% Generated from the charts by `npm run visualize`. Change the charts, not this file.',
    'flowchart LR',
    `  ${box(root)}`,
    ...inside.map((chart) => `  ${box(chart)}`),
    ...inside.map(({name}) => `  root -->|${invoked.has(name) ? 'invokes' : 'spawns for each workspace'}| ${name}`),
    '  subgraph servers["beside it, where there is a server"]',
    '    direction LR',
    ...beside.map((chart) => `    ${box(chart)}`),
    '  end',
    '',
  ].join('\n')
}

function box({name, machine}: Chart): string {
  const services = [
    ...new Set(statesOf(machine.root).flatMap(({invoke}) => invoke.map(({src}) => String(src)))),
  ].filter((src) => !isChart(machine.implementations.actors[src]))
  const lines = [name, machine.root.description ?? '', services.length > 0 ? `waits for ${services.join(', ')}` : '']
  return `${name}["${lines.filter(Boolean).join('<br/>').replaceAll('"', '#quot;')}"]`
}

/** Charts that a chart may start, by the names it has for them. */
function actorsOf({implementations}: AnyStateMachine): ReadonlySet<string> {
  const {actors} = implementations
  return new Set(Object.keys(actors).filter((name) => isChart(actors[name])))
}

function isChart(logic: unknown): boolean {
  return typeof logic === 'object' && logic !== null && 'root' in logic
}
