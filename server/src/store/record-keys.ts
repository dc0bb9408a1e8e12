const LARGEST_BYTE = 0xff

/** A key as it is stored. Bytes are ordered as browsers order keys, and no key is impossible: databases refuse some texts. */
export function keyBytes(key: string): Uint8Array {
  return Buffer.from(key, 'utf16le').swap16()
}

export function keyText(bytes: Uint8Array): string {
  return Buffer.from(bytes).swap16().toString('utf16le')
}

/** The first key after all that begin with `prefix`; undefined when there is none. */
export function keysUntil(prefix: string): Uint8Array | undefined {
  const bytes = keyBytes(prefix)
  const last = bytes.findLastIndex((byte) => byte !== LARGEST_BYTE)
  if (last === -1) {
    return undefined
  }
  const until = Uint8Array.from(bytes.subarray(0, last + 1))
  until[last] = (until[last] ?? 0) + 1
  return until
}
