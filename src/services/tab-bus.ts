import {type DeletionList, deletionLists} from '../model/deletions.ts'
import type {EntryId, WorkspaceId} from '../model/ids.ts'
import type {LeaseWord, TabBus, TabMessage} from '../model/tab-bus.ts'
import {createEmitter} from './emitter.ts'

/** A bus over BroadcastChannel. Without a document there are no tabs, and it carries nothing. */
export function browserTabBus(name: string): TabBus {
  const heard = createEmitter<[TabMessage]>()
  if (typeof document === 'undefined' || typeof BroadcastChannel === 'undefined') {
    return {post: () => undefined, subscribe: heard.add, close: () => undefined}
  }
  const channel = new BroadcastChannel(name)
  let isClosed = false
  channel.onmessage = ({data}) => {
    const message = asTabMessage(data)
    if (message !== undefined) {
      heard.emit(message)
    }
  }
  return {
    post: (message) => {
      if (!isClosed) {
        channel.postMessage(message)
      }
    },
    subscribe: heard.add,
    close: () => {
      isClosed = true
      channel.close()
    },
  }
}

/** The message, if it has the form of one: the channel is open to every script of the origin. */
export function asTabMessage(data: unknown): TabMessage | undefined {
  if (typeof data !== 'object' || data === null) {
    return undefined
  }
  const {type, workspaceId, entryId, revision, word, list, id: documentId, isMade} = data as Record<string, unknown>
  if (type === 'deletion') {
    const isWhole = deletionLists.includes(list as DeletionList) && typeof documentId === 'string'
    return isWhole ? {type, list: list as DeletionList, id: documentId, isMade: isMade === true} : undefined
  }
  if (type === 'catalogue' || type === 'alarms' || type === 'purged') {
    return {type}
  }
  if (type === 'session') {
    return typeof entryId === 'string' ? {type, entryId: entryId as EntryId} : undefined
  }
  if (typeof workspaceId !== 'string') {
    return undefined
  }
  const id = workspaceId as WorkspaceId
  if (type === 'left') {
    return {type, workspaceId: id}
  }
  if (type === 'lease') {
    return leaseWords.has(word as LeaseWord) ? {type, workspaceId: id, word: word as LeaseWord} : undefined
  }
  return type === 'committed' && typeof revision === 'number' ? {type, workspaceId: id, revision} : undefined
}

const leaseWords: ReadonlySet<LeaseWord> = new Set(['taken', 'given', 'wanted', 'asked'])
