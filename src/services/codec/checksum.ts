import crc32 from 'crc-32'

const encoder = new TextEncoder()
/** Where short texts are encoded, so that none of them costs a buffer of its own. */
const scratch = new Uint8Array(65_536)
/** A unit of UTF-16 becomes at most so many bytes of UTF-8. */
const MOST_BYTES_PER_UNIT = 3

/** Size and CRC-32 of a text as UTF-8. The checksum finds damage, not forgery. */
export function measure(text: string): {readonly bytes: number; readonly checksum: number} {
  const encoded = encode(text)
  return {bytes: encoded.length, checksum: crc32.buf(encoded)}
}

/** The text as UTF-8, valid until the next call. */
function encode(text: string): Uint8Array {
  return text.length * MOST_BYTES_PER_UNIT <= scratch.length
    ? scratch.subarray(0, encoder.encodeInto(text, scratch).written)
    : encoder.encode(text)
}
