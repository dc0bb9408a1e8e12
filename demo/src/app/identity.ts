import {useSyncExternalStore} from 'react'

/** What a person left on this device when they signed out. */
export type LeftHere = 'kept' | 'removed'

/** Over reloads, outside of what signing out removes. */
const STORED_AS = 'keepspace-demo-signed-out'

const listeners = new Set<() => void>()
let token: string | undefined
let leftHere = readLeftHere()

/**
 * Who this page speaks for. The session server of `npm start` is for one person of this machine, and signs in whoever
 * comes without a token of their own; of any other server a token has to be given. It is kept in this page only.
 */
export const identity = {
  token: (): string | undefined => token,
  deliver: (next: string | undefined): void => {
    token = next
  },
  signedOut: (left: LeftHere): void => {
    token = undefined
    leftHere = left
    localStorage.setItem(STORED_AS, left)
    tellAll()
  },
  /** Begins anew, with what is on this device. */
  signIn: (): void => {
    localStorage.removeItem(STORED_AS)
    window.location.reload()
  },
}

window.addEventListener('storage', ({key}) => {
  if (key === STORED_AS) {
    leftHere = readLeftHere()
    tellAll()
  }
})

/** What was left here by whoever signed out; undefined while somebody is signed in. */
export function useLeftHere(): LeftHere | undefined {
  return useSyncExternalStore(subscribe, () => leftHere)
}

function tellAll(): void {
  for (const listener of listeners) {
    listener()
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function readLeftHere(): LeftHere | undefined {
  try {
    const stored = localStorage.getItem(STORED_AS)
    return stored === 'kept' || stored === 'removed' ? stored : undefined
  } catch {
    return undefined
  }
}
