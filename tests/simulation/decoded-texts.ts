/** More texts than this are not remembered at once. */
const MOST_TEXTS = 2_000

const decoded = new Map<string, unknown>()

/** The value of a stored text. The same text gives the same frozen object: nobody can change what others read. */
export function decode(text: string): unknown {
  const known = decoded.get(text)
  if (known !== undefined) {
    return known
  }
  const value = freeze(JSON.parse(text))
  if (decoded.size >= MOST_TEXTS) {
    decoded.clear()
  }
  decoded.set(text, value)
  return value
}

function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) {
      freeze(part)
    }
    Object.freeze(value)
  }
  return value
}
