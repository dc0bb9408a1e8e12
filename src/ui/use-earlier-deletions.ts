import {useMemo, useSyncExternalStore} from 'react'
import type {DeletionList, DeletionsSnapshot, EarlierDeletion} from '../model/deletions.ts'
import type {SessionDeletions} from '../sessions.ts'
import type {DocumentVerbs} from './document-changes.ts'
import type {Listed} from './document-list.ts'
import {useSessions} from './sessions-provider.tsx'

/** Deletions that a page was left before: what became of them, and the way back. */
export type EarlierDeletionsView = Omit<DeletionsSnapshot, 'done'> & {
  /** Brings back all that waits. */
  readonly undo: () => void
  /** The person has read why it was not deleted. */
  readonly dismiss: (deletion: EarlierDeletion) => void
  /** Whether a list does not show it any more. */
  readonly isHidden: (list: DeletionList, id: string) => boolean
}

/**
 * Deletions of an earlier visit, whose page was left while they could still be undone: they can be undone once more, and
 * go out then.
 *
 * @throws {@link KeepspaceError} `usage` without `SessionsProvider`.
 */
export function useEarlierDeletions(): EarlierDeletionsView {
  const {deletions} = useSessions()
  const snapshot = useSyncExternalStore(deletions.subscribe, deletions.getSnapshot, deletions.getSnapshot)
  return useMemo(() => {
    const {waiting, refused, done} = snapshot
    const hidden = new Set([
      ...waiting.map(({list, id}) => `${list}/${id}`),
      ...done.map(({list, id}) => `${list}/${id}`),
    ])
    return {
      waiting,
      refused,
      undo: () => {
        for (const {list, id} of waiting) {
          void deletions.undo(list, [id])
        }
      },
      dismiss: ({list, id}: EarlierDeletion) => void deletions.dismiss(list, id),
      isHidden: (list: DeletionList, id: string) => hidden.has(`${list}/${id}`),
    }
  }, [snapshot, deletions])
}

/** How a list deletes, so that nothing is forgotten by a page that is left. */
export function deletionVerbs<Item extends Listed & {readonly title: string; readonly revision?: number}>(
  deletions: SessionDeletions,
  list: DeletionList,
): Pick<DocumentVerbs<Item>, 'remove' | 'note' | 'undo'> {
  return {
    remove: (document) => deletions.send(list, document),
    note: (documents, undoMs) => void deletions.note(list, documents, undoMs),
    undo: (documents) =>
      void deletions.undo(
        list,
        documents.map(({id}) => id),
      ),
  }
}
