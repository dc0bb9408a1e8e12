/**
 * The one text of a JSON value, on client and server alike: keys in the order of their UTF-16 units, no spaces, numbers
 * and strings as `JSON.stringify` writes them. Properties that are `undefined` are left out.
 *
 * @throws TypeError for what JSON cannot write (a cycle, a bigint)
 */
export function canonicalJson(value: unknown): string {
  // `JSON.stringify` is many times faster than anything written here, and right wherever keys are in order already.
  return isInOrder(value) ? (JSON.stringify(value) as string) : write(value)
}

/** Whether every object of `value` enumerates its keys in canonical order. */
function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return true
  }
  if (Array.isArray(value)) {
    return value.every(isInOrder)
  }
  let previous: string | undefined
  for (const key in value) {
    if ((previous !== undefined && previous > key) || !isInOrder((value as Record<string, unknown>)[key])) {
      return false
    }
    previous = key
  }
  return true
}

function write(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value) ?? 'null'
  }
  if (Array.isArray(value)) {
    return `[${value.map(write).join(',')}]`
  }
  const object = value as Record<string, unknown>
  const properties = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    // The default order of strings is that of their UTF-16 units.
    .sort()
    .map((key) => `${JSON.stringify(key)}:${write(object[key])}`)
  return `{${properties.join(',')}}`
}
