import {execFileSync} from 'node:child_process'
import {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A disk of its own that is soon full. */
export type SmallDisk = Disposable & {
  readonly path: string
  /** Writes until not one byte more finds room. */
  fill(): void
  /** Makes the room free again. */
  free(): void
}

/**
 * Mounts a disk in memory.
 *
 * @throws Error with a sentence where that is not allowed: a full disk cannot be tested without one
 */
export function mountSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'keepspace-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], {stdio: 'pipe'})
  } catch (cause) {
    rmSync(path, {recursive: true})
    throw new Error('A full disk is tested on a small one of its own, and mounting that needs root on Linux.', {cause})
  }
  const filling = join(path, 'filling')
  return {
    path,
    fill: () => fill(filling),
    free: () => rmSync(filling, {force: true}),
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', path])
      rmSync(path, {recursive: true})
    },
  }
}

function fill(file: string): void {
  const descriptor = openSync(file, 'a')
  try {
    for (let bytes = 1 << 20; bytes >= 1; bytes /= 2) {
      writeUntilFull(descriptor, bytes)
    }
  } finally {
    closeSync(descriptor)
  }
}

function writeUntilFull(descriptor: number, bytes: number): void {
  const block = new Uint8Array(bytes)
  try {
    for (;;) {
      writeSync(descriptor, block)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
      throw error
    }
  }
}
