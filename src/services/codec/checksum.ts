import crc32 from 'crc-32'

const encoder = new TextEncoder()

/** Size and CRC-32 of a text as UTF-8. The checksum finds damage, not forgery. */
export function measure(text: string): {readonly bytes: number; readonly checksum: number} {
  const encoded = encoder.encode(text)
  return {bytes: encoded.length, checksum: crc32.buf(encoded)}
}
