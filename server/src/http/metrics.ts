import {Counter, collectDefaultMetrics, Gauge, Histogram, Registry} from 'prom-client'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const BYTES = [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 1_572_864]

export type Metrics = ReturnType<typeof createMetrics>

/** What an operator watches, in the format of Prometheus. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({register: registry, prefix: 'keepspace_'})
  const registers = [registry]
  return {
    registry,
    requests: new Histogram({
      name: 'keepspace_request_seconds',
      help: 'Time from request to answer.',
      labelNames: ['route', 'method', 'status'],
      buckets: SECONDS,
      registers,
    }),
    operations: new Histogram({
      name: 'keepspace_operation_seconds',
      help: 'Time of an operation of the database, with its wait for a commit.',
      labelNames: ['operation', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    contentBytes: new Histogram({
      name: 'keepspace_content_bytes',
      help: 'Size of saved contents.',
      labelNames: ['kind'],
      buckets: BYTES,
      registers,
    }),
    problems: new Counter({
      name: 'keepspace_problems_total',
      help: 'Refusals and failures by code.',
      labelNames: ['code'],
      registers,
    }),
    polls: new Counter({name: 'keepspace_polls_total', help: 'Reads of metadata.', registers}),
    watchers: new Gauge({name: 'keepspace_watchers', help: 'Open streams of events.', registers}),
    jobs: new Counter({
      name: 'keepspace_jobs_total',
      help: 'Background jobs by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
  }
}
