const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** `10:00`, or `1:05:00` from an hour on. Rounds up, so that a timer shows 0:00 only when it is done. */
export function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = pad(seconds % 60)
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${pad(minutes)}:${rest}`
}

/** Reads `25`, `25:00`, `1:30:00`; a single number is minutes. Undefined for anything else, and for nothing at all. */
export function parseDuration(text: string): number | undefined {
  const parts = text.trim().split(':').map(Number)
  if (text.trim() === '' || parts.length > 3 || parts.some((part) => !Number.isFinite(part) || part < 0)) {
    return undefined
  }
  const [first = 0, second = 0, third = 0] = parts
  const ms =
    parts.length === 3
      ? first * HOUR_MS + second * MINUTE_MS + third * 1000
      : first * MINUTE_MS + (parts.length === 2 ? second * 1000 : 0)
  return ms > 0 && ms < 100 * HOUR_MS ? Math.round(ms) : undefined
}

/** `in 3 h 12 min`, `in 40 s`. */
export function formatFromNow(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS)
  if (ms < MINUTE_MS) {
    return `in ${Math.max(1, Math.ceil(ms / 1000))} s`
  }
  return minutes < 60 ? `in ${minutes} min` : `in ${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
