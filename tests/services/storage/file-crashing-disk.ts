import {dirname} from 'node:path'
import type {Disk} from '../../../src/services/storage/file-disk.ts'

/** What an operation does when it is the one that goes wrong. */
export type Mishap = 'not done' | 'half done' | 'done, but not answered'

type File = {bytes: Uint8Array; flushed: Uint8Array | undefined}
type Naming = {readonly folders: readonly string[]; readonly apply: (names: Map<string, File>) => void}

/**
 * A disk in memory that knows what a power cut may take: whatever a file holds beyond its last flush, and every change
 * of names since the last flush of its folder, each by chance and in no order.
 */
export function createCrashingDisk(survivors: ReadonlyMap<string, Uint8Array> = new Map()) {
  const files = [...survivors].map(([path, bytes]): [string, File] => [path, {bytes, flushed: bytes}])
  const names = new Map(files)
  const flushedNames = new Map(files)
  let unflushed: Naming[] = []
  let operations = 0
  let stop: {readonly at: number; readonly mishap: Mishap; readonly error: Error; readonly isFinal: boolean} | undefined

  /** Counts one operation; when it is the unlucky one, or comes after the end, it fails. */
  async function operate(all: () => void, half: () => void = () => {}): Promise<void> {
    operations += 1
    if (stop && operations === stop.at) {
      const partOf = {'not done': () => {}, 'half done': half, 'done, but not answered': all}
      partOf[stop.mishap]()
      throw stop.error
    }
    if (stop?.isFinal && operations > stop.at) {
      throw stop.error
    }
    all()
  }

  function rename(folders: readonly string[], apply: Naming['apply']): void {
    apply(names)
    unflushed.push({folders, apply})
  }

  function fileAt(path: string): File {
    const file = names.get(path)
    if (file === undefined) {
      throw Object.assign(new Error('no such file'), {code: 'ENOENT'})
    }
    return file
  }

  function write(path: string, bytes: Uint8Array, isFlushed: boolean): void {
    const file = names.get(path) ?? {bytes, flushed: undefined}
    file.bytes = bytes
    file.flushed = isFlushed ? bytes : file.flushed
    rename([dirname(path)], (target) => target.set(path, file))
  }

  const disk: Disk = {
    makeFolder: async () => {},
    list: async (folder) => [...names.keys()].filter((path) => dirname(path) === folder).map((path) => nameIn(path)),
    read: async (path) => fileAt(path).bytes.slice(),
    readStart: async (path, length) => fileAt(path).bytes.slice(0, length),
    write: (path, bytes, {isFlushed}) =>
      operate(
        () => write(path, bytes.slice(), isFlushed),
        () => write(path, bytes.slice(0, bytes.length / 2), false),
      ),
    flush: (path) =>
      operate(() => {
        const file = fileAt(path)
        file.flushed = file.bytes
      }),
    flushFolder: (path) =>
      operate(() => {
        for (const naming of unflushed.filter(({folders}) => folders.includes(path))) {
          naming.apply(flushedNames)
        }
        unflushed = unflushed.filter(({folders}) => !folders.includes(path))
      }),
    rename: (from, to) =>
      operate(() => {
        const file = fileAt(from)
        rename([dirname(from), dirname(to)], (target) => {
          target.delete(from)
          target.set(to, file)
        })
      }),
    link: (from, to) =>
      operate(() => {
        const file = fileAt(from)
        rename([dirname(to)], (target) => target.set(to, file))
      }),
    remove: (path) => operate(() => rename([dirname(path)], (target) => target.delete(path))),
  }

  return {
    disk,
    operations: () => operations,
    paths: (): readonly string[] => [...names.keys()].sort(),
    /** Lets the `count`-th operation from now on go wrong, and with `isFinal` all after it. */
    failAfter(count: number, mishap: Mishap, error: Error, {isFinal}: {readonly isFinal: boolean}): void {
      stop = {at: operations + count, mishap, error, isFinal}
    },
    /** Everything works again. */
    mend(): void {
      stop = undefined
    },
    /** The disk as the next process finds it. */
    afterKill: () => createCrashingDisk(withoutLocks(names, ({bytes}) => bytes)),
    /** The disk after a power cut. `random` decides what it took. */
    afterPowerCut(random: () => number) {
      const left = new Map(flushedNames)
      for (const naming of unflushed) {
        if (random() < 0.5) {
          naming.apply(left)
        }
      }
      return createCrashingDisk(withoutLocks(left, (file) => afterCut(file, random)))
    },
  }
}

export type CrashingDisk = ReturnType<typeof createCrashingDisk>

/** The process that held the lock is dead; here it has the same id as the next one. */
function withoutLocks(names: ReadonlyMap<string, File>, bytesOf: (file: File) => Uint8Array): Map<string, Uint8Array> {
  const rest = [...names].filter(([path]) => !path.endsWith('.lock'))
  return new Map(rest.map(([path, file]) => [path, bytesOf(file)]))
}

function afterCut({bytes, flushed}: File, random: () => number): Uint8Array {
  if (bytes === flushed) {
    return bytes
  }
  const remains = [new Uint8Array(), bytes, bytes.slice(0, bytes.length * random()), new Uint8Array(bytes.length)]
  return remains[Math.floor(random() * remains.length)] ?? bytes
}

const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
