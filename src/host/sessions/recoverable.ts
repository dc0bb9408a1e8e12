import type {EntryContent} from '../../model/content.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import {leavePrefix} from '../../model/keys.ts'
import type {RecoverableSession, SessionBinding} from '../../model/session.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import {contentBytes, contentHash} from '../../model/wire/content-hash.ts'
import {countTypes, previewOf} from '../../services/content/content-preview.ts'
import type {SessionsContext} from './session-saving.ts'

export type FindContext = SessionsContext & {
  readonly storage: () => Promise<StoragePort>
  /** Brings a workspace into memory: what a tab had not saved when it was left becomes part of it. */
  readonly load: (id: WorkspaceId) => Promise<unknown>
}

/** Every session with work on this device that the server has not acknowledged. Asks only this device. */
export async function findRecoverable(context: FindContext): Promise<readonly RecoverableSession[]> {
  const found: RecoverableSession[] = []
  for (const binding of await context.bindings.list()) {
    // One that cannot be read is named all the same, and hides no other.
    const recoverable = await recoverableOf(binding, context).catch(() => factsOf(binding, undefined, context))
    if (recoverable !== undefined) {
      found.push(recoverable)
    }
  }
  return found
}

async function recoverableOf(binding: SessionBinding, context: FindContext): Promise<RecoverableSession | undefined> {
  const {entryId, names, baseHash, isGone} = binding
  const {contents, catalogue, unsaved} = context
  if (!catalogue.hasEntry(entryId)) {
    return undefined
  }
  const hasMore = await takeLastWords(entryId, context)
  // What cannot be saved, as on a full device, is unsaved then.
  const {content} = await contents.read(entryId, names).catch(() => contents.read(entryId, names, {savesFirst: false}))
  const isUnsaved = catalogue.headsOf(entryId).some(({id}) => unsaved.isUnsaved(id))
  if (!hasMore && !isUnsaved && !isGone && (await contentHash(content)) === baseHash) {
    return undefined
  }
  return factsOf(binding, content, context)
}

function factsOf(
  {entryId, sessionId, title, savedAt}: SessionBinding,
  content: EntryContent | undefined,
  context: FindContext,
): RecoverableSession {
  return {
    entryId,
    sessionId,
    title,
    changedAt: changedAtOf(entryId, context) ?? 0,
    savedAt,
    bytes: content === undefined ? 0 : contentBytes(content),
    components: content === undefined ? {} : countTypes(content),
    preview: content === undefined ? [] : previewOf(content),
  }
}

/** When something in an entry was last stored on this device. */
export function changedAtOf(entryId: EntryId, {catalogue}: Pick<SessionsContext, 'catalogue'>): number | undefined {
  const times = catalogue.headsOf(entryId).map(({updatedAt}) => updatedAt)
  return times.length === 0 ? undefined : Math.max(...times)
}

/** @returns whether there are last words that could not become part of their workspace yet */
async function takeLastWords(entryId: EntryId, {catalogue, storage, load}: FindContext): Promise<boolean> {
  const port = await storage()
  let hasMore = false
  for (const {id} of catalogue.headsOf(entryId)) {
    if ((await port.list(leavePrefix(id))).length > 0) {
      await load(id).catch(() => {
        hasMore = true
      })
    }
  }
  return hasMore
}
