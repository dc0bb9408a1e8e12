import {canonicalJson} from './canonical-json.ts'

const encoder = new TextEncoder()

/** SHA-256 over the canonical JSON of a content, as 64 hexadecimal digits. Client and server get the same. */
export async function contentHash(content: unknown): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(canonicalJson(content)))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** UTF-8 bytes of the canonical JSON of a content: what counts against the limit. */
export function contentBytes(content: unknown): number {
  return encoder.encode(canonicalJson(content)).length
}
