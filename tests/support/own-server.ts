import type {ServerVersion, WorkspaceDocument, WorkspaceServer} from '../../src/model/workspace-server.ts'

/** A refusal of a server that knows nothing of Keepspace: an HTTP status. */
class StatusError extends Error {
  readonly status: number
  readonly retryAfterMs: number | undefined
  constructor(status: number, retryAfterMs?: number) {
    super(`status ${status}`)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

type Stored = {readonly document: string; readonly version: number}

/** An app's own server in two functions. It keeps whole documents, under versions of its own, and forgets no key. */
export function createOwnServer() {
  const stored = new Map<string, Stored>()
  const answered = new Map<string, {readonly version: number}>()
  const log: string[] = []
  /** What the next saves meet, in order; nothing: they work. */
  const faults: (number | 'lost' | {readonly status: number; readonly retryAfterMs: number})[] = []
  let waiting: Promise<void> = Promise.resolve()

  const put = (id: string, document: WorkspaceDocument) => {
    const version = (stored.get(id)?.version ?? 0) + 1
    stored.set(id, {document: JSON.stringify(document), version})
    return {version}
  }
  const server: WorkspaceServer = {
    load: async (id) => {
      const found = stored.get(id)
      return found && {document: JSON.parse(found.document), version: found.version}
    },
    save: async (document, {expected, idempotencyKey, signal}) => {
      const fault = faults.shift()
      log.push(document.title)
      await waiting
      signal.throwIfAborted()
      if (typeof fault === 'number') {
        throw new StatusError(fault)
      }
      if (typeof fault === 'object') {
        throw new StatusError(fault.status, fault.retryAfterMs)
      }
      const before = answered.get(idempotencyKey)
      if (before === undefined && expected !== stored.get(document.id)?.version) {
        throw new StatusError(412)
      }
      const answer = before ?? put(document.id, document)
      answered.set(idempotencyKey, answer)
      if (fault === 'lost') {
        throw new Error('connection lost')
      }
      return answer
    },
    remove: async (id, {expected}) => {
      if (stored.get(id)?.version !== expected) {
        throw new StatusError(412)
      }
      stored.delete(id)
    },
  }
  return {
    server,
    /** Titles of the workspaces that arrived here, refused ones included. */
    log,
    faults,
    version: (id: string): ServerVersion | undefined => stored.get(id)?.version,
    document: (id: string): WorkspaceDocument | undefined =>
      JSON.parse(stored.get(id)?.document ?? 'null') ?? undefined,
    /** Another device changes it. */
    change: (id: string, change: (document: WorkspaceDocument) => WorkspaceDocument) =>
      put(id, change(JSON.parse(stored.get(id)?.document ?? '{}'))),
    remove: (id: string) => void stored.delete(id),
    /** Saves wait from now on, until what comes back is called. */
    hold: () => {
      let release = () => {}
      waiting = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
  }
}
