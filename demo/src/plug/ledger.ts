/** What a person can do to the storage under the running app. */
export type Pull = 'kill' | 'freeze' | 'fill' | 'corrupt' | 'cut' | 'empty'

/** One finished experiment. */
export type Verdict = {
  readonly pull: Pull
  /** When it was begun, milliseconds since 1970. */
  readonly at: number
  /** Edits made, and acknowledged as stored, when the plug was pulled. */
  readonly made: number
  readonly acknowledged: number
  /** Edits that were there afterwards. */
  readonly found: number
  /** From the pull until everything was stored again. */
  readonly backMs: number
  /** What happened, in one sentence. */
  readonly words: string
}

/** One moment of the picture. */
export type Sample = {
  readonly at: number
  readonly made: number
  readonly acknowledged: number
}

/** What must survive the end of the page, written at once to a place that has nothing to do with the library. */
export type Ledger = {
  readonly made: number
  readonly acknowledged: number
  /** The experiment under way. */
  readonly pending: Pick<Verdict, 'pull' | 'at' | 'made' | 'acknowledged'> | undefined
  readonly verdicts: readonly Verdict[]
  readonly samples: readonly Sample[]
}

const KEY = 'keepspace-plug-ledger'
const MOST_VERDICTS = 30

export const emptyLedger: Ledger = {made: 0, acknowledged: 0, pending: undefined, verdicts: [], samples: []}

export function readLedger(): Ledger {
  try {
    const stored = window.localStorage.getItem(KEY)
    return stored === null ? emptyLedger : {...emptyLedger, ...(JSON.parse(stored) as Ledger)}
  } catch {
    return emptyLedger
  }
}

export function writeLedger(ledger: Ledger): void {
  const kept = {...ledger, verdicts: ledger.verdicts.slice(-MOST_VERDICTS)}
  window.localStorage.setItem(KEY, JSON.stringify(kept))
}

/** Acknowledged edits that were not there afterwards. The promise is that this is none. */
export function lostOf({acknowledged, found}: Pick<Verdict, 'acknowledged' | 'found'>): number {
  return Math.max(0, acknowledged - found)
}

/** Edits that existed only in memory when the plug was pulled, and went with it. */
export function unsavedOf({made, acknowledged, found}: Pick<Verdict, 'made' | 'acknowledged' | 'found'>): number {
  return Math.max(0, made - Math.max(found, acknowledged))
}
