import {type IdSource, workspaceId} from '../model/ids.ts'
import {escapeKeyPart} from '../model/keys.ts'
import type {Witness} from '../model/witness.ts'
import {measure} from './codec/checksum.ts'

/** A year and a bit: the longest that browsers keep a cookie. */
const COOKIE_MAX_AGE_S = 34_560_000

/** Where notes are kept: the part of localStorage that is used here. */
type Notes = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/**
 * A witness in localStorage: one key for each workspace, with its revision and the id of this installation. A cookie of
 * one bit is the third: some browsers keep localStorage and IndexedDB with the same engine, and cookies with another.
 * Without a document it remembers nothing.
 *
 * @param place - names the storage it speaks of: another database of the same site is another one
 */
export function browserWitness(place: string, ids: IdSource): Witness {
  const notes = usableNotes()
  return notes === undefined ? forgetfulWitness : witnessOver(notes, place, ids)
}

const forgetfulWitness: Witness = {
  read: () => ({revisions: new Map(), isOnlyTrace: false}),
  note: () => undefined,
  settle: () => undefined,
  clear: () => undefined,
}

function witnessOver(notes: Notes, place: string, ids: IdSource): Witness {
  const root = `keepspace-witness/${place}`
  const keyOf = (id: string) => `${root}/${escapeKeyPart(id)}`
  const trace = cookieBit(`${location.origin}/${place}`)

  const installId = (): string => {
    const known = notes.getItem(root)
    if (known !== null) {
      return known
    }
    const made = ids.next()
    notes.setItem(root, made)
    trace.set()
    return made
  }
  const write = (id: string, revision: number) =>
    revision > 0 ? notes.setItem(keyOf(id), `${revision}@${installId()}`) : notes.removeItem(keyOf(id))

  return {
    read: () =>
      quietly(forgetfulWitness.read(), () => {
        const known = keysBelow(notes, `${root}/`).flatMap((key) => {
          const id = idOf(key.slice(root.length + 1))
          const revision = revisionIn(notes.getItem(key))
          return id === undefined || revision === 0 ? [] : [[workspaceId(id), revision] as const]
        })
        return {revisions: new Map(known), isOnlyTrace: notes.getItem(root) === null && trace.isSet()}
      }),
    note: (id, revision) =>
      quietly(undefined, () => {
        if (revision > revisionIn(notes.getItem(keyOf(id)))) {
          write(id, revision)
        }
      }),
    settle: (id, revision) => quietly(undefined, () => write(id, revision)),
    clear: () =>
      quietly(undefined, () => {
        for (const key of keysBelow(notes, `${root}/`)) {
          notes.removeItem(key)
        }
        notes.removeItem(root)
        trace.remove()
      }),
  }
}

/** A cookie that is there or not. Cookies are shared by all ports of a host, so its name stands for the whole origin. */
function cookieBit(name: string) {
  const cookie = `keepspace-${(measure(name).checksum >>> 0).toString(36)}`
  const write = (value: string, maxAgeS: number) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store answers later, and a page that is left has no later
    document.cookie = `${cookie}=${value}; path=/; max-age=${maxAgeS}; samesite=strict`
  }
  return {
    set: () => write('1', COOKIE_MAX_AGE_S),
    remove: () => write('', 0),
    isSet: () => document.cookie.split('; ').includes(`${cookie}=1`),
  }
}

/** The revision at the start of a note; 0 for anything else. */
function revisionIn(note: string | null): number {
  const revision = Number(/^(\d+)@/.exec(note ?? '')?.[1] ?? 0)
  return Number.isSafeInteger(revision) ? revision : 0
}

function keysBelow(notes: Notes, prefix: string): readonly string[] {
  return Array.from({length: notes.length}, (_, index) => notes.key(index) ?? '').filter((key) =>
    key.startsWith(prefix),
  )
}

function idOf(keyPart: string): string | undefined {
  return keyPart.includes('/') ? undefined : quietly(undefined, () => decodeURIComponent(keyPart))
}

function usableNotes(): Notes | undefined {
  return typeof document === 'undefined' ? undefined : quietly(undefined, () => globalThis.localStorage)
}

/** Storage of a page may be switched off, full, or damaged: then there is one witness less, and nothing else. */
function quietly<Result>(otherwise: Result, work: () => Result): Result {
  try {
    return work()
  } catch {
    return otherwise
  }
}
