/**
 * The JSON of a value, for storage that keeps JSON.
 *
 * @throws TypeError when JSON would change or drop a part of the value
 */
export function strictJson(value: unknown): string {
  const json = JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name, encoded: unknown) {
    refuseLossy(this, this[name])
    return encoded
  })
  if (json === undefined) {
    throw new TypeError('not a value that JSON keeps')
  }
  return json
}

/** Throws for what JSON would silently change. A property that is undefined may go. */
function refuseLossy(holder: unknown, value: unknown): void {
  const isLossy =
    typeof value === 'function' ||
    typeof value === 'symbol' ||
    (typeof value === 'number' && !Number.isFinite(value)) ||
    (value === undefined && Array.isArray(holder)) ||
    (typeof value === 'object' && value !== null && !isPlain(value))
  if (isLossy) {
    throw new TypeError('not a value that JSON keeps')
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
