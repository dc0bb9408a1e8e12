import {type ErrorReport, KeepspaceError} from '../model/errors.ts'
import type {Undo} from '../model/handles.ts'
import type {Time} from '../model/time.ts'
import type {Listed} from './document-list.ts'

/** How many deletions are under way at once. */
const DELETIONS_AT_ONCE = 4

/** Something in a list that has a title. */
type Titled = Listed & {readonly title: string; readonly revision?: number}

/** What the server does about one document. */
export type DocumentVerbs<Item extends Titled> = {
  /** @returns false when somebody undid it elsewhere */
  remove(document: Item): Promise<boolean>
  rename(document: Item, title: string): Promise<Item>
  /** Keeps what is deleted in `undoMs`, so that a page that is left before forgets neither that nor the way back. */
  note(documents: readonly Item[], undoMs: number): void
  /** It is not deleted after all. */
  undo(documents: readonly Item[]): void
}

/** What is shown before the server has agreed, and what it did not agree to. */
export type DocumentChangesState<Item extends Titled> = {
  /** Deleted, or about to be. */
  readonly hidden: ReadonlySet<string>
  /** As they are called now. */
  readonly renamed: ReadonlyMap<string, Item>
  /** Renamed here and not on the server yet. */
  readonly pending: ReadonlySet<string>
  /** What was taken back, and why. */
  readonly failed: ReadonlyMap<string, ErrorReport>
}

/** Changes of a list that are seen at once and taken back visibly when the server refuses them. */
export type DocumentChanges<Item extends Titled> = {
  getState(): DocumentChangesState<Item>
  subscribe(listener: () => void): Undo
  /**
   * Hides documents now and deletes them in `undoMs`, unless that is undone before. What a page that is left before did
   * not delete is offered by the next one, see {@link useEarlierDeletions}.
   *
   * @returns brings them back; does nothing once they are being deleted
   */
  remove(documents: readonly Item[], undoMs: number): Undo
  rename(document: Item, title: string): Promise<void>
  /** The person has read why something was taken back. */
  dismiss(id: string): void
}

export function createDocumentChanges<Item extends Titled>(
  verbs: DocumentVerbs<Item>,
  time: Time,
): DocumentChanges<Item> {
  const listeners = new Set<() => void>()
  const hidden = new Set<string>()
  const renamed = new Map<string, Item>()
  const pending = new Set<string>()
  const failed = new Map<string, ErrorReport>()
  /** As the server answered last: what the next change of it is based on, and what a refused one goes back to. */
  const acknowledged = new Map<string, Item>()
  /** Changes of one document go one after the other. */
  const running = new Map<string, Promise<void>>()
  let state = snapshot()

  function snapshot(): DocumentChangesState<Item> {
    return {
      hidden: new Set(hidden),
      renamed: new Map(renamed),
      pending: new Set(pending),
      failed: new Map(failed),
    }
  }
  const changed = () => {
    state = snapshot()
    for (const listener of listeners) {
      listener()
    }
  }
  const takeBack = (id: string, cause: unknown) => failed.set(id, KeepspaceError.from(cause, 'server.offline').report)

  /** A list that was read again may know more than the last answer. */
  const newest = (document: Item): Item => {
    const known = acknowledged.get(document.id)
    return known === undefined || (document.revision ?? 0) > (known.revision ?? 0) ? document : known
  }
  const renameNow = async (before: Promise<void> | undefined, document: Item, title: string) => {
    const {id} = document
    await before
    let error: unknown
    try {
      acknowledged.set(id, await verbs.rename(newest(document), title))
    } catch (cause) {
      error = cause
    }
    return error
  }

  const deleteNow = async (documents: readonly Item[]) => {
    const waiting = [...documents]
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        try {
          await running.get(next.id)
          if (!(await verbs.remove(newest(next)))) {
            hidden.delete(next.id)
            changed()
          }
        } catch (cause) {
          // Gone is what was asked for.
          if (!(cause instanceof KeepspaceError && cause.code === 'notFound')) {
            hidden.delete(next.id)
            takeBack(next.id, cause)
            changed()
          }
        }
      }
    }
    await Promise.all(Array.from({length: DELETIONS_AT_ONCE}, work))
  }

  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    remove: (documents, undoMs) => {
      for (const {id} of documents) {
        hidden.add(id)
        failed.delete(id)
      }
      changed()
      verbs.note(documents, undoMs)
      let isSent = false
      const timer = time.setTimeout(() => {
        isSent = true
        void deleteNow(documents)
      }, undoMs)
      return () => {
        if (!isSent) {
          time.clearTimeout(timer)
          verbs.undo(documents)
          for (const {id} of documents) {
            hidden.delete(id)
          }
          changed()
        }
      }
    },
    rename: async (document, title) => {
      const {id} = document
      renamed.set(id, {...document, title})
      pending.add(id)
      failed.delete(id)
      changed()
      const asked = renameNow(running.get(id), document, title)
      const run = asked.then((error) => {
        if (error !== undefined) {
          takeBack(id, error)
        }
        if (running.get(id) === run) {
          running.delete(id)
          pending.delete(id)
          const known = acknowledged.get(id)
          known === undefined ? renamed.delete(id) : renamed.set(id, known)
        }
        changed()
      })
      running.set(id, run)
      await run
    },
    dismiss: (id) => {
      if (failed.delete(id)) {
        changed()
      }
    },
  }
}
