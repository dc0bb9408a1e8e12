import type {FastifyReply, FastifyRequest} from 'fastify'
import {etagOf, revisionOf} from 'keepspace/wire'
import type {DocumentRead} from '../store/documents.ts'
import {textOf} from './content.ts'
import {parsePageSize, readCursor, writeCursor} from './lists.ts'

/** A document with its content, which is sent as it is stored. */
export async function sendDocument(reply: FastifyReply, {metadata, content}: DocumentRead, more: object = {}) {
  const text = await textOf(content)
  return sendJson(reply.header('etag', etagOf(metadata.revision)), withContent({...metadata, ...more}, text))
}

export function withContent(metadata: object, text: string): string {
  return `${JSON.stringify(metadata).slice(0, -1)},"content":${text}}`
}

/** Sends JSON that is text already. */
export function sendJson(reply: FastifyReply, text: string) {
  return reply.type('application/json; charset=utf-8').send(text as never)
}

export function created(reply: FastifyReply, location: string) {
  return reply.code(201).header('location', location).header('etag', etagOf(1))
}

/** A page of a history, whose cursor is a revision. */
export function historyPage(query: {pageSize?: string; cursor?: string}, scope: string, secret: string) {
  const size = parsePageSize(query.pageSize)
  const below = query.cursor === undefined ? undefined : Number(readCursor(query.cursor, scope, secret).value)
  return {
    range: {below, limit: size + 1},
    of: <Row extends {readonly revision: number}>(rows: readonly Row[]) => {
      const items = rows.slice(0, size)
      const last = items.at(-1)
      return rows.length <= size || last === undefined
        ? {items}
        : {items, nextCursor: writeCursor({value: last.revision, id: ''}, scope, secret)}
    },
  }
}

/** The version that whoever asks has already. */
export function notModified(reply: FastifyReply) {
  return reply.code(304).send()
}

/** Whether whoever asks has this revision already. */
export function isKnown({headers}: FastifyRequest, revision: number): boolean {
  return revisionOf(headers['if-none-match']) === revision
}
