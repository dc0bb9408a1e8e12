import type {Pull} from './ledger.ts'

/** What was done, in a word or two. */
export const pullWords: Readonly<Record<Pull, string>> = {
  kill: 'Killed',
  freeze: 'Frozen',
  fill: 'Full',
  corrupt: 'Bit flipped',
  cut: 'Cut off',
  empty: 'Deleted',
}

/** A duration as people say it. */
export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
