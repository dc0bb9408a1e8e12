import {KeepspaceError} from '../../model/errors.ts'

const IV_BYTES = 12
/** So many bytes become text at once: more arguments than this are too many for a call. */
const CHUNK_BYTES = 32_768

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** An encrypted value. What storage compares stays beside it. */
export type SealedValue = {
  readonly sealed: 1
  readonly iv: string
  readonly data: string
  readonly revision?: number
  readonly commitId?: string
  readonly fence?: number
}

/** Whether a stored value is encrypted. */
export function isSealed(value: unknown): value is SealedValue {
  const {sealed, iv, data} = Object(value) as Partial<SealedValue>
  return sealed === 1 && typeof iv === 'string' && typeof data === 'string'
}

/**
 * Encrypts a value for one key of storage: under another key, or with another revision beside it, it cannot be opened.
 *
 * @throws KeepspaceError `storage.unavailable` when it is not JSON
 */
export async function seal(value: unknown, key: string, cryptoKey: CryptoKey): Promise<SealedValue> {
  const {revision, commitId, fence} = Object(value) as Partial<SealedValue>
  const compared = {
    ...(typeof revision === 'number' && {revision}),
    ...(typeof commitId === 'string' && {commitId}),
    ...(typeof fence === 'number' && {fence}),
  }
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const additionalData = encoder.encode(boundTo(key, compared))
  const plain = encoder.encode(textOf(value))
  const data = await crypto.subtle.encrypt({name: 'AES-GCM', iv, additionalData}, cryptoKey, plain)
  return {sealed: 1, iv: toText(iv), data: toText(new Uint8Array(data)), ...compared}
}

/** The value, or undefined when the key is another one or the value is damaged. */
export async function open(value: SealedValue, key: string, cryptoKey: CryptoKey): Promise<unknown> {
  try {
    const algorithm = {
      name: 'AES-GCM',
      iv: toBytes(value.iv),
      additionalData: encoder.encode(boundTo(key, value)),
    }
    return JSON.parse(decoder.decode(await crypto.subtle.decrypt(algorithm, cryptoKey, toBytes(value.data))))
  } catch {
    return undefined
  }
}

function boundTo(key: string, {revision, commitId, fence}: Partial<SealedValue>): string {
  return JSON.stringify([key, revision ?? null, commitId ?? null, fence ?? null])
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value, refuseUnstorable)
  } catch (cause) {
    throw new KeepspaceError('storage.unavailable', 'not JSON', {cause})
  }
}

/** `JSON.stringify` would leave these out without a word. */
function refuseUnstorable(_: string, value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(typeof value)
  }
  return value
}

function toText(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES))
  }
  return btoa(text)
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
