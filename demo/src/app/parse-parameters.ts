/** What the address asks for, e.g. `?slowLoad=5000&cap=2`. For tests and curious people. */
export type Parameters = {
  /** Delay before the content of a workspace is read, milliseconds. */
  readonly slowLoadMs: number
  readonly failLoad: boolean
  /** Delay before each commit, milliseconds. */
  readonly slowSaveMs: number
  readonly failSave: boolean
  readonly noIndexedDb: boolean
  /** Which version of the app to be: component definitions differ between the two. */
  readonly appVersion: 1 | 2
  readonly cap: number | undefined
  /** Whether who is let go is decided by more than who was seen longest ago. */
  readonly smartEviction: boolean
  /** So full memory is said to be, percent; undefined to measure nothing. */
  readonly memoryPercent: number | undefined
  /** Whether the inspector is open at first. */
  readonly inspect: boolean
  readonly database: string
}

export function parseParameters(search: string): Parameters {
  const query = new URLSearchParams(search)
  return {
    slowLoadMs: count(query.get('slowLoad')) ?? 0,
    failLoad: isOn(query.get('failLoad')),
    slowSaveMs: count(query.get('slowSave')) ?? 0,
    failSave: isOn(query.get('failSave')),
    noIndexedDb: isOn(query.get('noIndexedDb')),
    appVersion: query.get('appVersion') === '2' ? 2 : 1,
    cap: count(query.get('cap')) || undefined,
    smartEviction: query.get('smart') !== '0',
    memoryPercent: count(query.get('memory')),
    inspect: isOn(query.get('inspect')),
    database: query.get('db') || 'keepspace-demo',
  }
}

function isOn(value: string | null): boolean {
  return value !== null && value !== '0' && value !== 'false'
}

function count(value: string | null): number | undefined {
  const number = value === null ? Number.NaN : Number(value)
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}
