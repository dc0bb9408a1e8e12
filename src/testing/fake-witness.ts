import type {Revision, WorkspaceId} from '../model/ids.ts'
import type {Witness} from '../model/witness.ts'

/** A second place under a test's control: several Keepspaces that get the same one share it, as tabs share localStorage. */
export type FakeWitness = Witness & {
  /** What is remembered now. */
  readonly revisions: ReadonlyMap<WorkspaceId, Revision>
  /** It was emptied too; with `keepsTrace` a third place still knows that there was something. */
  empty(options?: {readonly keepsTrace?: boolean}): void
}

/** Makes a witness that remembers nothing yet. */
export function createFakeWitness(): FakeWitness {
  const revisions = new Map<WorkspaceId, Revision>()
  let hasTrace = false
  let isKnown = false
  const settle = (id: WorkspaceId, revision: Revision) => {
    if (revision > 0) {
      revisions.set(id, revision)
      hasTrace = true
      isKnown = true
    } else {
      revisions.delete(id)
    }
  }
  return {
    revisions,
    read: () => ({revisions: new Map(revisions), isOnlyTrace: hasTrace && !isKnown}),
    note: (id, revision) => settle(id, Math.max(revision, revisions.get(id) ?? 0)),
    settle,
    clear: () => {
      revisions.clear()
      hasTrace = false
      isKnown = false
    },
    empty: ({keepsTrace = false} = {}) => {
      revisions.clear()
      hasTrace &&= keepsTrace
      isKnown = false
    },
  }
}
