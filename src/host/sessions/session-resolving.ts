import type {SessionChoice} from '../../machines/session/session.machine.ts'
import type {EntryContent} from '../../model/content.ts'
import {KeepspaceError} from '../../model/errors.ts'
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
import type {ReplacedContent} from '../contents.ts'
import {fieldsOf} from './session-bindings.ts'
import {noticingGone} from './session-gone.ts'
import {acknowledge, readHashed, requireBinding, type SessionsContext} from './session-saving.ts'

/** How often a choice begins again for somebody who goes on editing. */
const MAX_REPLACE_TRIES = 4

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
  /** The revision that was compared: a newer one is not written over. @defaultValue that of the last `readConflict` */
  readonly revision?: number | undefined
}

/** Reads both versions. */
export async function readConflict(entryId: EntryId, context: SessionsContext): Promise<SessionConflict> {
  const {theirs, metadata} = await readTheirs(entryId, context)
  const {names} = await requireBinding(entryId, context.bindings)
  const {content: mine} = await context.contents.read(entryId, names)
  return {mine, theirs, metadata, difference: differenceOf(mine, theirs)}
}

/**
 * Carries a choice out. What is replaced here goes into the trash as an entry of its own; what is replaced on the server
 * stays in its history. Repeating it after a failure is safe.
 *
 * @throws {@link KeepspaceError} `revision.conflict` when mine would be written over a version that nobody has seen | the codes of storage and of the server; nothing was given up
 */
export async function resolveSession(
  entryId: EntryId,
  choice: SessionChoice,
  {components = {}, revision: shown}: ResolveOptions,
  context: SessionsContext,
): Promise<{revision: Revision; needsSave: boolean}> {
  // First what takes long: what is typed meanwhile is part of mine.
  const remote = await readTheirs(entryId, context)
  const {metadata} = remote
  const {revision} = metadata
  if (shown !== undefined && revision > shown && (choice === 'mine' || choice === 'merge')) {
    throw new KeepspaceError('revision.conflict', `it is at ${revision}, and ${shown} was compared`)
  }
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
  const {placed, replacedIds} = await replaceMine(entryId, choice, {...remote, components}, context)
  const isTheirs = choice !== 'merge'
  const prepared = await readHashed(entryId, placed.names, context)
  const isUntouched = Object.entries(placed.revisions).every(([id, written]) => prepared.revisions[id] === written)
  const isAcknowledged = isTheirs && isUntouched && prepared.leftOut.length === 0
  await acknowledge(
    entryId,
    metadata,
    {
      ...prepared,
      hash: isAcknowledged ? prepared.hash : metadata.contentHash,
      revisions: isAcknowledged ? prepared.revisions : {},
    },
    context,
    replacedIds,
  )
  return {revision, needsSave: !isTheirs}
}

/** Puts what was chosen where mine is; mine is kept before, again whenever something else is stored by then. */
async function replaceMine(
  entryId: EntryId,
  choice: Exclude<SessionChoice, 'mine'>,
  {theirs, components}: {readonly theirs: EntryContent; readonly components: Readonly<Record<string, Side>>},
  context: SessionsContext,
): Promise<{readonly placed: ReplacedContent; readonly replacedIds: readonly EntryId[]}> {
  const replacedIds: EntryId[] = []
  for (let tries = 1; ; tries += 1) {
    const {names, baseHash} = await requireBinding(entryId, context.bindings)
    const {content: mine, revisions} = await context.contents.read(entryId, names)
    if (choice === 'both') {
      await keep(mine, 'my version', context)
    } else if ((await contentHash(mine)) !== baseHash) {
      replacedIds.push(await keep(mine, 'replaced', context))
    }
    const content = choice === 'merge' ? mergeContents(mine, theirs, components) : theirs
    try {
      return {placed: await context.contents.replace(entryId, content, names, revisions), replacedIds}
    } catch (error) {
      if (!(error instanceof KeepspaceError && error.code === 'revision.conflict') || tries >= MAX_REPLACE_TRIES) {
        throw error
      }
    }
  }
}

async function readTheirs(
  entryId: EntryId,
  context: SessionsContext,
): Promise<{readonly theirs: EntryContent; readonly metadata: DocumentMetadata}> {
  const {sessionId} = await requireBinding(entryId, context.bindings)
  const {content, ...metadata} = await noticingGone(entryId, context.server.readSession(sessionId), context)
  return {theirs: asEntryContent(content), metadata}
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
