import {boot, seed} from './page/boot.ts'
import {churn, editSteadily} from './page/long-workloads.ts'
import {openInTurn, openRawInTurn} from './page/residents.ts'
import {closeAll, countFlush, open, timeFlushes, timeRestore, timeUpdates} from './page/workloads.ts'

const bench = {
  boot,
  churn,
  closeAll,
  countFlush,
  editSteadily,
  open,
  openInTurn,
  openRawInTurn,
  seed,
  timeFlushes,
  timeRestore,
  timeUpdates,
}

declare global {
  interface Window {
    /** What the runner calls on the page. */
    bench: typeof bench
  }
}

declare const process: {readonly env: {readonly NODE_ENV?: string}}

if (process.env.NODE_ENV !== 'production') {
  throw new Error('a development build would be measured')
}

window.bench = bench
