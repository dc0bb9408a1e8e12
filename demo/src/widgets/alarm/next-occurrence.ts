/** The next moment at which a clock in local time shows `time` (`HH:MM`), after `now`. Undefined for no time at all. */
export function nextOccurrence(time: string, now: number): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(time)
  if (!match) {
    return undefined
  }
  const at = new Date(now)
  at.setHours(Number(match[1]), Number(match[2]), 0, 0)
  if (at.getTime() <= now) {
    at.setDate(at.getDate() + 1)
  }
  return at.getTime()
}
