import {createHash} from 'node:crypto'
import {promisify} from 'node:util'
import {crc32, deflate, inflate} from 'node:zlib'
import {canonicalJson, MAX_CONTENT_BYTES} from 'keepspace/wire'
import type {StoredContent} from '../store/documents.ts'
import type {CheckedText} from '../store/workspaces.ts'
import {ProblemError} from './problem-error.ts'

const compress = promisify(deflate)
const decompress = promisify(inflate)

/** Contents from this size on are compressed at rest. */
const COMPRESSED_FROM_BYTES = 131_072
/** The fastest: it takes most of what there is to win. */
const COMPRESSION_LEVEL = 1

/**
 * A content in the form in which it is stored.
 *
 * @throws {@link ProblemError} `request.tooLarge`
 */
export async function storedContent(content: unknown): Promise<StoredContent> {
  const data = Buffer.from(canonicalJson(content))
  if (data.length > MAX_CONTENT_BYTES) {
    throw tooLarge(data.length)
  }
  const described = {hash: sha256(data), bytes: data.length}
  return data.length < COMPRESSED_FROM_BYTES
    ? {...described, encoding: 'utf8', data}
    : {...described, encoding: 'deflate', data: await compress(data, {level: COMPRESSION_LEVEL})}
}

/**
 * The JSON text of a stored content, compared with its hash.
 *
 * @throws {@link ProblemError} `content.damaged`
 */
export async function textOf({encoding, data, hash}: StoredContent): Promise<string> {
  const bytes = encoding === 'utf8' ? Buffer.from(data) : await decompress(data).catch(() => undefined)
  if (bytes === undefined || sha256(bytes) !== hash) {
    throw new ProblemError('content.damaged')
  }
  return bytes.toString('utf8')
}

/**
 * Records in the form in which they are stored.
 *
 * @throws {@link ProblemError} `request.tooLarge`
 */
export function storedRecords(puts: readonly {key: string; value: unknown}[]): readonly CheckedText[] {
  const records = puts.map(({key, value}) => {
    const text = canonicalJson(value)
    return {key, text, bytes: Buffer.byteLength(text), checksum: crc32(text)}
  })
  const bytes = records.reduce((sum, record) => sum + record.bytes, 0)
  if (bytes > MAX_CONTENT_BYTES) {
    throw tooLarge(bytes)
  }
  return records
}

/** Whether a record is as it was written. One without a checksum is believed when it is JSON at all. */
export function isWhole({text, checksum}: CheckedText): boolean {
  return checksum === null ? isJson(text) : crc32(text) === checksum
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function tooLarge(sizeBytes: number): ProblemError {
  return new ProblemError('request.tooLarge', {sizeBytes, limitBytes: MAX_CONTENT_BYTES})
}
