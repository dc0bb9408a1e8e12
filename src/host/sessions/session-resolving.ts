import type {SessionChoice} from '../../machines/session/session.machine.ts'
import type {EntryContent} from '../../model/content.ts'
import type {EntryId, Revision} from '../../model/ids.ts'
import {contentHash} from '../../model/wire/content-hash.ts'
import type {DocumentMetadata} from '../../model/wire/documents.ts'
import {
  type ContentDifference,
  differenceOf,
  mergeContents,
  type Side,
} from '../../services/content/content-difference.ts'
import {asEntryContent} from '../../services/content/content-shape.ts'
import {fieldsOf} from './session-bindings.ts'
import {noticingGone} from './session-gone.ts'
import {acknowledge, prepare, requireBinding, type SessionsContext} from './session-saving.ts'

/** Both versions of a session, where the server has one that this device has not seen. */
export type SessionConflict = {
  readonly mine: EntryContent
  readonly theirs: EntryContent
  /** What the server knows about its version. */
  readonly metadata: DocumentMetadata
  readonly difference: ContentDifference
}

/** What a choice needs besides its name. */
export type ResolveOptions = {
  /** With `merge`: the side to take for each differing component, by its key. @defaultValue mine */
  readonly components?: Readonly<Record<string, Side>>
}

/** Reads both versions. */
export async function readConflict(entryId: EntryId, context: SessionsContext): Promise<SessionConflict> {
  const binding = await requireBinding(entryId, context.bindings)
  const [mine, stored] = await Promise.all([
    context.contents.read(entryId, binding.names),
    noticingGone(entryId, context.server.readSession(binding.sessionId), context),
  ])
  const {content, ...metadata} = stored
  const theirs = asEntryContent(content)
  return {mine: mine.content, theirs, metadata, difference: differenceOf(mine.content, theirs)}
}

/**
 * Carries a choice out. What is replaced here goes into the trash as an entry of its own; what is replaced on the server
 * stays in its history. Repeating it after a failure is safe.
 *
 * @throws {@link KeepspaceError} the codes of storage and of the server; nothing was given up
 */
export async function resolveSession(
  entryId: EntryId,
  choice: SessionChoice,
  {components = {}}: ResolveOptions,
  context: SessionsContext,
): Promise<{revision: Revision; needsSave: boolean}> {
  const {mine, theirs, metadata} = await readConflict(entryId, context)
  const {revision} = metadata
  if (choice === 'mine') {
    await context.bindings.update(entryId, (before) => ({
      ...fieldsOf(before ?? missing()),
      baseRevision: revision,
      // The content here was acknowledged by nobody.
      baseHash: metadata.contentHash,
      revisions: {},
      pending: undefined,
      isGone: undefined,
    }))
    return {revision, needsSave: true}
  }
  const {names, baseHash} = await requireBinding(entryId, context.bindings)
  const isAcknowledged = (await contentHash(mine)) === baseHash
  const replacedId = choice === 'both' || isAcknowledged ? undefined : await keep(mine, 'replaced', context)
  if (choice === 'both') {
    await keep(mine, 'my version', context)
  }
  const content = choice === 'merge' ? mergeContents(mine, theirs, components) : theirs
  const placed = await context.contents.replace(entryId, content, names)
  const prepared = await prepare(entryId, placed, context)
  const isTheirs = choice !== 'merge'
  await acknowledge(
    entryId,
    metadata,
    {...prepared, hash: isTheirs ? prepared.hash : metadata.contentHash, revisions: isTheirs ? prepared.revisions : {}},
    context,
    replacedId,
  )
  return {revision, needsSave: !isTheirs}
}

/** A copy of the version that is about to be replaced: beside the entry, or in the trash. */
async function keep(
  content: EntryContent,
  as: 'my version' | 'replaced',
  {contents, catalogue}: SessionsContext,
): Promise<EntryId> {
  const {entryId} = await contents.create(content, `${content.title} (${as})`)
  if (as === 'replaced') {
    await catalogue.deleteEntry(entryId)
  }
  return entryId
}

function missing(): never {
  throw new Error('a binding that was just read is gone')
}
