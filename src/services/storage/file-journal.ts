/// <reference types="node" />
import type {Disk} from './file-disk.ts'
import {parse, sha256} from './file-record.ts'

const VERSION = 1
const NEWLINE = 0x0a

/** One change of a commit: what the file of `key` becomes, or undefined when it goes. */
export type FileChange = {readonly key: string; readonly file: Uint8Array | undefined}

/** The changes of one commit as one file. */
export function encodeJournal(number: number, changes: readonly FileChange[]): Uint8Array {
  const list = changes.map(({key, file}) => ({key, bytes: file?.length ?? null}))
  const body = Buffer.concat([
    Buffer.from(`${JSON.stringify(list)}\n`),
    ...changes.flatMap(({file}) => (file ? [file] : [])),
  ])
  const header = JSON.stringify({keepspace: 'journal', version: VERSION, number, sha256: sha256(body)})
  return Buffer.concat([Buffer.from(`${header}\n`), body])
}

/** Reads a journal file. Undefined when it is not whole, in another version, or not the one with that number. */
export function decodeJournal(number: number, bytes: Uint8Array): readonly FileChange[] | undefined {
  const headerEnd = bytes.indexOf(NEWLINE)
  const header = Object(parse(bytes.subarray(0, headerEnd))) as Record<string, unknown>
  const body = bytes.subarray(headerEnd + 1)
  const isWhole =
    header.keepspace === 'journal' &&
    header.version === VERSION &&
    header.number === number &&
    header.sha256 === sha256(body)
  if (!isWhole) {
    return undefined
  }
  const listEnd = body.indexOf(NEWLINE)
  const list = parse(body.subarray(0, listEnd)) as readonly {key: string; bytes: number | null}[]
  let offset = listEnd + 1
  return list.map(({key, bytes: length}) => {
    const start = offset
    offset += length ?? 0
    return {key, file: length === null ? undefined : body.subarray(start, offset)}
  })
}

/** Where journals live. */
export type JournalPlace = {
  readonly disk: Disk
  readonly folder: string
  /** Where what cannot be read is kept. */
  readonly asideFolder: string
  /** A new path for a file that is being written. */
  temporaryPath(): string
}

/** The commits that are acknowledged and not yet in the record files, in order. */
export type Journal = {
  /** Number and size of the commits in it. */
  readonly size: {readonly commits: number; readonly bytes: number}
  /**
   * Makes a commit: once this resolves, its changes are found again after a kill, with `isFlushed` after a power cut
   * too, together with all commits before them. When it rejects they are not, unless with `storage.lost`.
   */
  append(changes: readonly FileChange[], options: {readonly isFlushed: boolean}): Promise<void>
  /** Brings every commit to the disk itself. Must be done before a record file changes. */
  flush(): Promise<void>
  /** Forgets all commits. Their changes must be on the disk. */
  clear(): Promise<void>
}
