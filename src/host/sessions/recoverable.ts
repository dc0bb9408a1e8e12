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
    const recoverable = await recoverableOf(binding, context)
    if (recoverable !== undefined) {
      found.push(recoverable)
    }
  }
  return found
}

async function recoverableOf(
  {entryId, names, baseHash, sessionId, title, savedAt, isGone}: SessionBinding,
  context: FindContext,
): Promise<RecoverableSession | undefined> {
  const {contents, catalogue} = context
  if (!catalogue.hasEntry(entryId)) {
    return undefined
  }
  const hasMore = await takeLastWords(entryId, context)
  const {content} = await contents.read(entryId, names)
  if (!hasMore && !isGone && (await contentHash(content)) === baseHash) {
    return undefined
  }
  const changedAt = changedAtOf(entryId, context) ?? 0
  const components = countTypes(content)
  return {
    entryId,
    sessionId,
    title,
    changedAt,
    savedAt,
    bytes: contentBytes(content),
    components,
    preview: previewOf(content),
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
