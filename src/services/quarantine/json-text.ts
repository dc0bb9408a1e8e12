/** JSON of anything that storage may return: what JSON has no word for is described, so that nothing is left out. */
export function jsonTextOf(value: unknown): string {
  const parents: {readonly found: object; readonly shown: object}[] = []
  return JSON.stringify(
    value,
    function (this: unknown, _, inner: unknown) {
      while (parents.length > 0 && parents.at(-1)?.shown !== this) {
        parents.pop()
      }
      if (typeof inner !== 'object' || inner === null) {
        return describePrimitive(inner)
      }
      if (parents.some(({found}) => found === inner)) {
        return '[itself]'
      }
      const shown = describeObject(inner)
      parents.push({found: inner, shown})
      return shown
    },
    2,
  )
}

function describePrimitive(value: unknown): unknown {
  if (value === undefined || typeof value === 'bigint') {
    return `[${typeof value}] ${value}`
  }
  return typeof value === 'number' && !Number.isFinite(value) ? `[number] ${value}` : value
}

function describeObject(value: object): object {
  if (value instanceof Map) {
    return {'[Map]': [...value]}
  }
  if (value instanceof Set) {
    return {'[Set]': [...value]}
  }
  if (value instanceof Error || value instanceof RegExp) {
    return {[`[${value.constructor.name}]`]: String(value)}
  }
  if (value instanceof ArrayBuffer) {
    return {'[ArrayBuffer]': [...new Uint8Array(value)]}
  }
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return {[`[${value.constructor.name}]`]: [...bytes]}
  }
  return value
}
