/** Hours to milliseconds, in the time zone of this device. */
export function clockOf(atMs: number): string {
  const at = new Date(atMs)
  const parts = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0'))
  return `${parts.join(':')}.${String(at.getMilliseconds()).padStart(3, '0')}`
}
