import {createHmac, timingSafeEqual} from 'node:crypto'
import {
  DEFAULT_PAGE_SIZE,
  type FilterOperator,
  filterOperators,
  MAX_FILTERS,
  MAX_PAGE_SIZE,
  type Page,
} from 'keepspace/wire'
import {type Condition, type ListInput, type ListName, type ListRow, listFields} from '../store/lists.ts'
import {ProblemError} from './problem-error.ts'

export type ListQueryText = {pageSize?: string; cursor?: string; sort?: string; filter?: string | string[]}

/**
 * A list as it was asked for in an address.
 *
 * @throws {@link ProblemError} `page.invalid` | `cursor.invalid` | `request.invalid`
 */
export function parseList(
  query: ListQueryText,
  {ownerId, list, secret}: {ownerId: string; list: ListName; secret: string},
): ListInput {
  const sortText = query.sort ?? (list === 'visit' ? '-lastVisitedAt' : '-updatedAt')
  const isDescending = sortText.startsWith('-')
  const sort = isDescending ? sortText.slice(1) : sortText
  if (!Object.hasOwn(listFields[list], sort)) {
    throw new ProblemError('request.invalid', {detail: 'sort'})
  }
  const filterTexts = [query.filter ?? []].flat()
  if (filterTexts.length > MAX_FILTERS) {
    throw new ProblemError('request.invalid', {detail: `more than ${MAX_FILTERS} filters`})
  }
  const input = {
    ownerId,
    list,
    sort,
    isDescending,
    filters: filterTexts.map((text) => parseFilter(list, text)),
    limit: parsePageSize(query.pageSize) + 1,
  }
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor, scopeOf(input), secret)
  return {...input, after}
}

/** A page of what a list found: one row more than asked for says that there is another page. */
export function pageOf(rows: readonly ListRow[], input: ListInput, secret: string): Page<ListRow['item']> {
  const shown = rows.slice(0, input.limit - 1)
  const last = shown.at(-1)
  const items = shown.map(({item}) => item)
  return rows.length < input.limit || last === undefined
    ? {items}
    : {items, nextCursor: writeCursor({value: last.sortValue, id: last.id}, scopeOf(input), secret)}
}

/** @throws {@link ProblemError} `page.invalid` */
export function parsePageSize(text: string | undefined): number {
  const size = text === undefined ? DEFAULT_PAGE_SIZE : /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (size < 1 || size > MAX_PAGE_SIZE) {
    throw new ProblemError('page.invalid', {detail: `from 1 to ${MAX_PAGE_SIZE}`})
  }
  return size
}

/** A cursor says where a page ended. It is signed together with whose list it is, its order and its filters. */
export function writeCursor(place: {value: string | number; id: string}, scope: string, secret: string): string {
  const text = Buffer.from(JSON.stringify([place.value, place.id])).toString('base64url')
  return `${text}.${signature(text, scope, secret)}`
}

/** @throws {@link ProblemError} `cursor.invalid` */
export function readCursor(cursor: string, scope: string, secret: string): {value: string | number; id: string} {
  const [text = '', signed = ''] = cursor.split('.')
  const expected = Buffer.from(signature(text, scope, secret))
  const given = Buffer.from(signed)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
    throw new ProblemError('cursor.invalid')
  }
  const [value, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as [string | number, string]
  return {value, id}
}

function scopeOf({ownerId, list, sort, isDescending, filters}: Omit<ListInput, 'limit' | 'after'>): string {
  return JSON.stringify([ownerId, list, sort, isDescending, filters])
}

function signature(text: string, scope: string, secret: string): string {
  return createHmac('sha256', secret).update(`${scope}\n${text}`).digest('base64url')
}

function parseFilter(list: ListName, text: string): Condition {
  const [field = '', operator = '', ...rest] = text.split(':')
  const kind = Object.hasOwn(listFields[list], field) ? listFields[list][field]?.kind : undefined
  const isFitting =
    !/[\0\p{Cs}]/u.test(text) &&
    (filterOperators as readonly string[]).includes(operator) &&
    rest.length > 0 &&
    (kind === 'text' ? operator === 'equals' || operator === 'contains' : kind === 'number' && operator !== 'contains')
  const value = rest.join(':')
  if (!isFitting || (kind === 'number' && !/^-?\d{1,15}$/.test(value)) || value.length > 1_000) {
    throw new ProblemError('request.invalid', {detail: 'filter'})
  }
  return {field, operator: operator as FilterOperator, value}
}
