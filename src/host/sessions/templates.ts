import type {EntryContent} from '../../model/content.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import type {DocumentMetadata} from '../../model/wire/documents.ts'
import {asEntryContent} from '../../services/content/content-shape.ts'
import type {RepeatKeys} from './repeat-keys.ts'
import {prepare, type SessionsContext} from './session-saving.ts'

/** What a template is made of, besides its names. */
export type TemplateOptions = {
  /** Only this workspace of the entry. @defaultValue all of them */
  readonly workspaceId?: string
}

/** A template with its content, to be looked at. */
export type ReadTemplate = {readonly metadata: DocumentMetadata; readonly content: EntryContent}

/** Something to start from, made of an entry or of one of its workspaces. */
export type SessionTemplates = {
  create(
    entryId: EntryId,
    names: {readonly title: string; readonly description?: string},
    options?: TemplateOptions,
  ): Promise<DocumentMetadata>
  read(templateId: string): Promise<ReadTemplate>
  startFrom(templateId: string, title?: string): Promise<EntryId>
  addFrom(templateId: string, entryId: EntryId): Promise<readonly WorkspaceId[]>
}

export function createTemplates(context: SessionsContext, repeats: RepeatKeys): SessionTemplates {
  const {server, contents, bindings} = context
  const read = async (templateId: string): Promise<ReadTemplate> => {
    const {content, ...metadata} = await server.readTemplate(templateId)
    return {metadata, content: asEntryContent(content)}
  }
  return {
    create: async (entryId, {title, description = ''}, {workspaceId} = {}) => {
      const prepared = await prepare(entryId, (await bindings.read(entryId))?.names, context)
      const {names, hash} = prepared
      const content = workspaceId === undefined ? prepared.content : onlyOf(prepared.content, names, workspaceId)
      return repeats.ask(['template', entryId, workspaceId, title, description, hash], (idempotencyKey) =>
        server.createTemplate({title, description, content}, {idempotencyKey}),
      )
    },
    read,
    startFrom: async (templateId, title) => (await contents.create((await read(templateId)).content, title)).entryId,
    addFrom: async (templateId, entryId) => {
      const {content} = await read(templateId)
      return contents.add(entryId, content.workspaces)
    },
  }
}

/** The content of an entry without all workspaces but one. `names` says which one it is there. */
function onlyOf(
  content: EntryContent,
  names: Readonly<Record<string, WorkspaceId>>,
  workspaceId: string,
): EntryContent {
  const workspaces = content.workspaces.filter(({id}) => names[id] === workspaceId)
  if (workspaces.length === 0) {
    throw new KeepspaceError('notFound', workspaceId)
  }
  return {...content, title: workspaces[0]?.title ?? content.title, workspaces}
}
