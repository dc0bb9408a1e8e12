/// <reference types="node" />
import {link, mkdir, open, readdir, readFile, rename, rm} from 'node:fs/promises'
import {dirname} from 'node:path'

/** The operations of a file system that files are stored through. All paths are absolute. Errors are those of Node. */
export type Disk = {
  /** Makes a folder and those above it, and flushes their names to disk. One that exists stays as it is. */
  makeFolder(path: string): Promise<void>
  /** Names inside a folder. */
  list(folder: string): Promise<readonly string[]>
  read(path: string): Promise<Uint8Array>
  /** At most the first `length` bytes. */
  readStart(path: string, length: number): Promise<Uint8Array>
  /** Writes a file, not atomically, and flushes it to disk when asked to. */
  write(path: string, bytes: Uint8Array, options: {readonly isFlushed: boolean}): Promise<void>
  /** Flushes what a file holds. */
  flush(path: string): Promise<void>
  /** Flushes which names a folder holds. */
  flushFolder(path: string): Promise<void>
  /** Atomic; replaces a file at `to`. */
  rename(from: string, to: string): Promise<void>
  /** Gives a file a second name. Atomic; rejects with `EEXIST` when the name is taken. */
  link(from: string, to: string): Promise<void>
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>
}

/** What is stored is private: nobody else on the machine may read it. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

/** The disk of this machine. */
export const nodeDisk: Disk = {
  async makeFolder(path) {
    const first = await mkdir(path, {recursive: true, mode: FOLDER_MODE})
    for (let made = path; first !== undefined && made.length >= first.length; made = dirname(made)) {
      await nodeDisk.flushFolder(dirname(made))
    }
  },
  list: (folder) => readdir(folder),
  read: (path) => readFile(path),
  async readStart(path, length) {
    await using file = await opened(path, 'r')
    const {buffer, bytesRead} = await file.handle.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  },
  async write(path, bytes, {isFlushed}) {
    await using file = await opened(path, 'w')
    await file.handle.writeFile(bytes)
    if (isFlushed) {
      await file.handle.sync()
    }
  },
  async flush(path) {
    await using file = await opened(path, 'r+')
    await file.handle.sync()
  },
  async flushFolder(path) {
    // Windows opens no folder; NTFS keeps the order of names by its own log.
    if (process.platform !== 'win32') {
      await using folder = await opened(path, 'r')
      await folder.handle.sync()
    }
  },
  rename,
  link,
  remove: (path) => rm(path, {force: true}),
}

async function opened(path: string, flags: string) {
  const handle = await open(path, flags, FILE_MODE)
  return {handle, [Symbol.asyncDispose]: () => handle.close()}
}
