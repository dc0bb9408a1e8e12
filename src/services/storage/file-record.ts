/// <reference types="node" />
import {createHash} from 'node:crypto'
import type {StoredRecord} from '../../model/storage-port.ts'
import {strictJson} from './strict-json.ts'

/** Version of the form of record files. A file in another version is not read and not overwritten. */
const VERSION = 1
const NEWLINE = 0x0a

/**
 * The name of the file of `key`. A hash, so that no key can name a path, is too long, or meets another one where upper
 * and lower case are the same.
 */
export function recordName(key: string): string {
  // Two bytes per unit: as UTF-8 all lone surrogates would be the same.
  return `${createHash('sha256').update(key, 'utf16le').digest('hex')}.record`
}

/** Tells record files from what else may lie in their folder. */
export function isRecordName(name: string): boolean {
  return /^[0-9a-f]{64}\.record$/.test(name)
}

/**
 * The file of a record: a line with its key and the SHA-256 of what follows, then the value as JSON.
 *
 * @throws TypeError when JSON would change or drop a part of the value
 */
export function encodeRecord({key, value}: StoredRecord): Uint8Array {
  const body = Buffer.from(strictJson(value))
  const header = JSON.stringify({keepspace: 'record', version: VERSION, key, sha256: sha256(body)})
  return Buffer.concat([Buffer.from(`${header}\n`), body])
}

/** Reads a record file. Undefined when it is damaged, in another version, or not the file of its key. */
export function decodeRecord(name: string, file: Uint8Array): StoredRecord | undefined {
  const header = decodeHeader(name, file)
  const body = file.subarray(file.indexOf(NEWLINE) + 1)
  if (header === undefined || header.sha256 !== sha256(body)) {
    return undefined
  }
  return {key: header.key, value: parse(body)}
}

/** The key in a record file, from its first bytes. Undefined when they do not hold a whole first line that is in order. */
export function decodeKey(name: string, start: Uint8Array): string | undefined {
  return decodeHeader(name, start)?.key
}

/**
 * What a damaged file reads as: a value without a revision, which holds the file byte for byte as far as it can be
 * read.
 */
export function damagedValue(file: Uint8Array | undefined): unknown {
  return {damaged: true, base64: file && Buffer.from(file).toString('base64')}
}

/** SHA-256 as hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A text as JSON, undefined when it is not. */
export function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

function decodeHeader(name: string, file: Uint8Array): {key: string; sha256: string} | undefined {
  const end = file.indexOf(NEWLINE)
  const fields = Object(end === -1 ? undefined : parse(file.subarray(0, end))) as Record<string, unknown>
  const {keepspace, version, key, sha256: checksum} = fields
  return keepspace === 'record' &&
    version === VERSION &&
    typeof key === 'string' &&
    typeof checksum === 'string' &&
    recordName(key) === name
    ? {key, sha256: checksum}
    : undefined
}
