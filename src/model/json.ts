/** What survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json | undefined}

/** An object of JSON values: the state of one component. */
export type JsonObject = {readonly [key: string]: Json | undefined}

/** A value nested deeper than this is refused: `JSON.stringify` and structured cloning fail on very deep values. */
export const MAX_JSON_DEPTH = 64

/**
 * Finds the first place in `value` that JSON would change or drop.
 *
 * Allowed: null, booleans, finite numbers, strings, arrays, plain objects, and `undefined` as a property of an object
 * (JSON leaves it out). Everything else is named: functions, symbols, bigint, NaN and infinities, `undefined` in an
 * array, class instances (Date, Map, DOM nodes), cycles and values deeper than {@link MAX_JSON_DEPTH}.
 *
 * @returns a path and a kind such as `.items[3].due: Date`, or undefined when the whole value is JSON.
 */
export function findNonJson(value: unknown): string | undefined {
  return visit(value, 0)
}

/** Paths are built on the way out, so that a value in order costs no string. */
function visit(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `: ${value}`
    case 'object':
      if (value === null) {
        return undefined
      }
      if (depth >= MAX_JSON_DEPTH) {
        return `: deeper than ${MAX_JSON_DEPTH} levels, or a cycle`
      }
      return Array.isArray(value) ? visitArray(value, depth) : visitObject(value, depth)
    default:
      return `: ${typeof value}`
  }
}

function visitArray(values: readonly unknown[], depth: number): string | undefined {
  for (let index = 0; index < values.length; index++) {
    const found = visit(values[index], depth + 1)
    if (found !== undefined) {
      return `[${index}]${found}`
    }
  }
  return undefined
}

function visitObject(value: object, depth: number): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    return `: ${value.constructor?.name || 'object with a prototype'}`
  }
  for (const key of Object.keys(value)) {
    const property = (value as Record<string, unknown>)[key]
    const found = property === undefined ? undefined : visit(property, depth + 1)
    if (found !== undefined) {
      return `.${key}${found}`
    }
  }
  return undefined
}

/**
 * Whether two JSON values are equal. Order of keys does not count; a key that is `undefined` equals one that is absent.
 */
export function isEqualJson(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) {
    return true
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return false
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((value, index) => isEqualJson(value, right[index]))
    )
  }
  return hasAllOf(left as Record<string, unknown>, right as Record<string, unknown>)
}

function hasAllOf(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): boolean {
  for (const key of Object.keys(left)) {
    if (!isEqualJson(left[key], right[key])) {
      return false
    }
  }
  for (const key of Object.keys(right)) {
    if (right[key] !== undefined && !Object.hasOwn(left, key)) {
      return false
    }
  }
  return true
}
