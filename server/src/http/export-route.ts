import {Readable} from 'node:stream'
import type {DocumentMetadata, WorkspaceMetadata} from 'keepspace/wire'
import type {DocumentKind} from '../database/schema.ts'
import {withContent} from './answers.ts'
import {isWhole, textOf} from './content.ts'
import {type App, ownerOf, type Service} from './service.ts'
import {recordListText, workspaceText} from './workspace-routes.ts'

const PAGE_SIZE = 50
const FORMAT_VERSION = 1

/** Everything one has on the server, in one file. */
export function exportRoute(app: App, service: Service) {
  app.get(
    '/export',
    {
      config: {isAudited: true},
      schema: {tags: ['Export'], summary: 'Sessions, snapshots, templates, workspaces and stores in one JSON file'},
    },
    async (request, reply) => {
      reply.header('content-type', 'application/json; charset=utf-8')
      reply.header('content-disposition', 'attachment; filename="keepspace-export.json"')
      return reply.send(Readable.from(exportOf(service, ownerOf(request))))
    },
  )
}

async function* exportOf(service: Service, ownerId: string): AsyncGenerator<string> {
  const exportedAt = service.clock.now()
  yield `{"format":"keepspace-export","version":${FORMAT_VERSION},"exportedAt":${exportedAt}`
  for (const kind of ['session', 'snapshot', 'template'] as const) {
    yield* named(`${kind}s`, documentsOf(service, ownerId, kind))
  }
  yield* named('workspaces', workspacesOf(service, ownerId))
  yield* named('stores', storesOf(service, ownerId))
  yield '}'
}

async function* named(name: string, texts: AsyncGenerator<string>): AsyncGenerator<string> {
  yield `,"${name}":[`
  let separator = ''
  for await (const text of texts) {
    yield separator + text
    separator = ','
  }
  yield ']'
}

async function* documentsOf(service: Service, ownerId: string, kind: DocumentKind): AsyncGenerator<string> {
  for await (const {id} of rowsOf<DocumentMetadata>(service, ownerId, kind)) {
    const found = await service.run('readDocument', {ownerId, kind, id})
    if (found !== undefined) {
      // What is damaged is named, and what is whole is still exported.
      const text = await textOf(found.content).catch(() => undefined)
      yield text === undefined
        ? JSON.stringify({...found.metadata, isDamaged: true})
        : withContent(found.metadata, text)
    }
  }
}

async function* workspacesOf(service: Service, ownerId: string): AsyncGenerator<string> {
  for await (const {id} of rowsOf<WorkspaceMetadata>(service, ownerId, 'workspace')) {
    const found = await service.run('readWorkspace', {ownerId, id, revision: undefined})
    if (found !== undefined) {
      const records = found.records.filter(isWhole)
      const isDamaged = records.length < found.records.length
      yield workspaceText({...found, records}, isDamaged ? {isDamaged} : {})
    }
  }
}

async function* storesOf(service: Service, ownerId: string): AsyncGenerator<string> {
  for (const storeId of await service.run('storeIds', {ownerId})) {
    const [records = []] = await service.run('readStore', {ownerId, storeId, selectors: [{prefix: ''}]})
    const whole = records.filter((record) => isWhole({...record, checksum: null}))
    const isDamaged = whole.length < records.length
    yield `{"id":${JSON.stringify(storeId)},${isDamaged ? '"isDamaged":true,' : ''}"recordList":${recordListText(whole)}}`
  }
}

/** All rows of a list, page by page, in the order of their creation: what is changed meanwhile is not missed. */
async function* rowsOf<Item>(
  service: Service,
  ownerId: string,
  list: DocumentKind | 'workspace',
): AsyncGenerator<Item> {
  let after: {value: string | number; id: string} | undefined
  for (;;) {
    const rows = await service.run('list', {
      ownerId,
      list,
      sort: 'createdAt',
      isDescending: false,
      filters: [],
      limit: PAGE_SIZE,
      after,
    })
    for (const {item} of rows) {
      yield item as Item
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE_SIZE) {
      return
    }
    after = {value: last.sortValue, id: last.id}
  }
}
