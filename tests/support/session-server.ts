import {KeepspaceError, type KeepspaceErrorCode} from '../../src/model/errors.ts'
import type {SessionServer} from '../../src/model/session-server.ts'
import {contentHash} from '../../src/model/wire/content-hash.ts'
import type {DocumentMetadata, DocumentWithContent, Page, Visit} from '../../src/model/wire/documents.ts'
import {MAX_PAGE_SIZE} from '../../src/model/wire/limits.ts'
import type {ListQuery} from '../../src/model/wire/lists.ts'

/** A session server in memory, for views: the real one has its own tests. It fails and waits when a test says so. */
export type FakeSessionServer = {
  readonly server: SessionServer
  /** Every request fails so, until undefined is set. */
  fault: KeepspaceErrorCode | undefined
  /** Requests wait for it. */
  hold: Promise<void> | undefined
  /** Methods in the order they were called. */
  readonly asked: string[]
  readonly sessions: Map<string, DocumentWithContent>
  readonly snapshots: Map<string, DocumentWithContent>
  readonly templates: Map<string, DocumentWithContent>
  /** Snapshots that were looked at, by their ids. */
  readonly visits: Map<string, Visit>
  /** Puts a session there, as another device would. */
  put(id: string, title: string, content?: unknown): Promise<void>
}

export function createFakeSessionServer(): FakeSessionServer {
  let count = 0
  const sessions = new Map<string, DocumentWithContent>()
  const snapshots = new Map<string, DocumentWithContent>()
  const templates = new Map<string, DocumentWithContent>()
  const visits = new Map<string, Visit>()
  const versions = new Map<string, DocumentWithContent[]>()

  const answer = async <Answer>(name: string, work: () => Answer | Promise<Answer>): Promise<Answer> => {
    fake.asked.push(name)
    await fake.hold
    if (fake.fault !== undefined) {
      throw new KeepspaceError(fake.fault)
    }
    return work()
  }
  const store = async (
    to: Map<string, DocumentWithContent>,
    id: string,
    fields: {readonly title: string; readonly description?: string; readonly content: unknown},
  ) => {
    count += 1
    const before = to.get(id)
    const {title, description = '', content} = fields
    const document = {
      id,
      title,
      description,
      content,
      revision: (before?.revision ?? 0) + 1,
      createdAt: before?.createdAt ?? count,
      updatedAt: count,
      contentHash: await contentHash(content),
      bytes: JSON.stringify(content).length,
    }
    to.set(id, document)
    versions.set(id, [document, ...(versions.get(id) ?? [])])
    return metadataOf(document)
  }
  const find = (from: Map<string, DocumentWithContent>, id: string) => {
    const found = from.get(id)
    if (found === undefined) {
      throw new KeepspaceError('notFound')
    }
    return found
  }
  const current = (from: Map<string, DocumentWithContent>, id: string, revision: number) => {
    const found = find(from, id)
    if (found.revision !== revision) {
      throw new KeepspaceError('revision.conflict')
    }
    return found
  }

  const server: SessionServer = {
    listSessions: (query) => answer('listSessions', () => pageOf(sessions, query)),
    createSession: (body) => answer('createSession', () => store(sessions, `s${sessions.size + 1}`, body)),
    readSession: (id) => answer('readSession', () => find(sessions, id)),
    readSessionMetadata: (id) => answer('readSessionMetadata', () => metadataOf(find(sessions, id))),
    updateSession: (id, revision, body) =>
      answer('updateSession', () => store(sessions, id, {...current(sessions, id, revision), ...body})),
    deleteSession: (id, revision) =>
      answer('deleteSession', () => void sessions.delete(current(sessions, id, revision).id)),
    copySession: (id, body) =>
      answer('copySession', () => store(sessions, `s${sessions.size + 1}`, {...find(sessions, id), ...body})),
    listVersions: (id) => answer('listVersions', () => ({items: (versions.get(id) ?? []).map(metadataOf)})),
    readVersion: (id, revision) =>
      answer(
        'readVersion',
        () =>
          (versions.get(find(sessions, id).id) ?? []).find((one) => one.revision === revision) ?? find(sessions, ''),
      ),
    restoreVersion: (id, revision, expected) =>
      answer('restoreVersion', () => {
        const {title, content} = (versions.get(id) ?? []).find((one) => one.revision === revision) ?? find(sessions, '')
        return store(sessions, current(sessions, id, expected).id, {title, content})
      }),
    listTemplates: (query) => answer('listTemplates', () => pageOf(templates, query)),
    createTemplate: (body) => answer('createTemplate', () => store(templates, `t${templates.size + 1}`, body)),
    readTemplate: (id) => answer('readTemplate', () => find(templates, id)),
    deleteTemplate: (id, revision) =>
      answer('deleteTemplate', () => void templates.delete(current(templates, id, revision).id)),
    listVisits: (query) => answer('listVisits', () => sliceOf([...visits.values()], query)),
    forgetVisit: (id) =>
      answer('forgetVisit', () => {
        if (!visits.delete(id)) {
          throw new KeepspaceError('notFound')
        }
      }),
    listSnapshots: (query) => answer('listSnapshots', () => pageOf(snapshots, query)),
    createSnapshot: (body) =>
      answer('createSnapshot', () =>
        store(snapshots, `snapshot-${snapshots.size + 1}`, {content: {}, title: '', ...body}),
      ),
    readSnapshot: (id) => answer('readSnapshot', () => ({...find(snapshots, id), isOwner: true})),
    deleteSnapshot: (id, revision) =>
      answer('deleteSnapshot', () => void snapshots.delete(current(snapshots, id, revision).id)),
  }
  const fake: FakeSessionServer = {
    server,
    fault: undefined,
    hold: undefined,
    asked: [],
    sessions,
    snapshots,
    templates,
    visits,
    put: async (id, title, content = {}) => void (await store(sessions, id, {title, content})),
  }
  return fake
}

function metadataOf({content: _, ...metadata}: DocumentWithContent): DocumentMetadata {
  return metadata
}

/** Newest first, or by title; searched by title. */
function pageOf(from: Map<string, DocumentWithContent>, query: ListQuery = {}): Page<DocumentMetadata> {
  const wanted = String(query.filters?.find(({field}) => field === 'title')?.value ?? '').toLowerCase()
  const found = [...from.values()]
    .filter(({title}) => title.toLowerCase().includes(wanted))
    .sort((one, two) => (query.sort === 'title' ? one.title.localeCompare(two.title) : two.updatedAt - one.updatedAt))
  return sliceOf(found.map(metadataOf), query)
}

function sliceOf<Item>(all: readonly Item[], {cursor, pageSize = MAX_PAGE_SIZE}: ListQuery = {}): Page<Item> {
  const begin = Number(cursor ?? 0)
  const end = begin + pageSize
  const items = all.slice(begin, end)
  return end < all.length ? {items, nextCursor: String(end)} : {items}
}
