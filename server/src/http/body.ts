import {isUtf8} from 'node:buffer'
import type {IncomingMessage} from 'node:http'
import {MAX_CONTENT_BYTES, MAX_CONTENT_DEPTH, MAX_ENVELOPE_BYTES} from 'keepspace/wire'
import type {Clock} from '../clock.ts'
import {ProblemError} from './problem-error.ts'

/** What a body may have around its content: `{"puts": [{"value": …}]}`. */
const ENVELOPE_DEPTH = 3

/** How much of a body is read, and how deep it may nest. */
export type BodyLimit = {
  /** The number that a refusal names. */
  readonly shownBytes: number
  readonly bytes: number
  /** Levels of a content and of what is around it. */
  readonly depth: number
}

const defaultLimit: BodyLimit = {
  shownBytes: MAX_CONTENT_BYTES,
  bytes: MAX_CONTENT_BYTES + MAX_ENVELOPE_BYTES,
  depth: MAX_CONTENT_DEPTH + ENVELOPE_DEPTH,
}

type Reading = {readonly clock: Clock; readonly limitMs: number; readonly limit?: BodyLimit | undefined}

/**
 * Reads a JSON body. It stops as soon as there is too much of it, whatever its headers promised, and when it does not
 * arrive in time.
 *
 * @throws {@link ProblemError} `request.tooLarge` | `request.timeout` | `request.notJson` | `request.tooDeep` | `request.forbiddenKey`
 */
export async function readJson(
  stream: IncomingMessage,
  {clock, limitMs, limit = defaultLimit}: Reading,
): Promise<unknown> {
  const bytes = await readBytes(stream, {clock, limitMs, limit})
  if (!isUtf8(bytes)) {
    throw new ProblemError('request.notJson', {detail: 'not UTF-8'})
  }
  let body: unknown
  try {
    body = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new ProblemError('request.notJson', {}, {cause})
  }
  checkBody(body, limit)
  return body
}

function readBytes(stream: IncomingMessage, {clock, limitMs, limit}: Reading & {limit: BodyLimit}): Promise<Buffer> {
  const promised = Number(stream.headers['content-length'])
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    const finish = (error?: ProblemError) => {
      cancel()
      stream.removeAllListeners('data')
      if (error === undefined) {
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, sizeBytes))
      } else {
        // The rest is read into nothing, so that the answer can be received; the connection ends with it.
        stream.resume()
        reject(error)
      }
    }
    const cancel = clock.after(limitMs, () => finish(new ProblemError('request.timeout')))
    const tooLarge = (size: number) =>
      finish(new ProblemError('request.tooLarge', {sizeBytes: size, limitBytes: limit.shownBytes}))

    if (promised > limit.bytes) {
      tooLarge(promised)
      return
    }
    stream.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes > limit.bytes) {
        tooLarge(sizeBytes)
      } else {
        chunks.push(chunk)
      }
    })
    stream.once('end', () => finish())
    stream.once('error', () => finish(new ProblemError('request.invalid', {detail: 'the body broke off'})))
    stream.once('close', () => finish(new ProblemError('request.invalid', {detail: 'the body broke off'})))
  })
}

function checkBody(body: unknown, {depth}: BodyLimit): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    check(body, MAX_CONTENT_DEPTH)
    return
  }
  for (const [key, value] of Object.entries(body)) {
    refuseKey(key, value)
    check(value, key === 'content' ? MAX_CONTENT_DEPTH : depth)
  }
}

/** Refuses nesting that can be parsed but not written again, and keys that become prototypes where objects are merged. */
function check(value: unknown, depthLeft: number): void {
  if (typeof value !== 'object' || value === null) {
    return
  }
  if (depthLeft === 0) {
    throw new ProblemError('request.tooDeep', {detail: `more than ${MAX_CONTENT_DEPTH} levels`})
  }
  if (Array.isArray(value)) {
    for (const inner of value) {
      check(inner, depthLeft - 1)
    }
    return
  }
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key]
    refuseKey(key, inner)
    check(inner, depthLeft - 1)
  }
}

function refuseKey(key: string, value: unknown): void {
  const isPrototype =
    key === '__proto__' ||
    (key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype'))
  if (isPrototype) {
    throw new ProblemError('request.forbiddenKey', {detail: key})
  }
}
