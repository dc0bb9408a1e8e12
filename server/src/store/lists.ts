import type {DocumentMetadata, FilterOperator, Visit, WorkspaceMetadata} from 'keepspace/wire'
import {type Expression, type SqlBool, sql} from 'kysely'
import type {DocumentKind, Schema} from '../database/schema.ts'
import {type Context, folded} from './context.ts'
import {metadataOf} from './documents.ts'
import {visitOf} from './visits.ts'
import {workspaceOf} from './workspaces.ts'

export type ListName = DocumentKind | 'visit' | 'workspace'
type Field = {readonly column: string; readonly kind: 'text' | 'number'}

const documentFields: Readonly<Record<string, Field>> = {
  title: {column: 'title_folded', kind: 'text'},
  description: {column: 'description_folded', kind: 'text'},
  createdAt: {column: 'created_at', kind: 'number'},
  updatedAt: {column: 'updated_at', kind: 'number'},
  revision: {column: 'revision', kind: 'number'},
  bytes: {column: 'bytes', kind: 'number'},
}

/** What each list can be sorted and filtered by. */
export const listFields: Readonly<Record<ListName, Readonly<Record<string, Field>>>> = {
  session: documentFields,
  snapshot: documentFields,
  template: documentFields,
  workspace: {
    title: {column: 'title_folded', kind: 'text'},
    createdAt: {column: 'created_at', kind: 'number'},
    updatedAt: {column: 'updated_at', kind: 'number'},
    revision: {column: 'revision', kind: 'number'},
    records: {column: 'record_count', kind: 'number'},
    bytes: {column: 'bytes', kind: 'number'},
  },
  visit: {
    title: {column: 'title_folded', kind: 'text'},
    visitCount: {column: 'visit_count', kind: 'number'},
    firstVisitedAt: {column: 'first_visited_at', kind: 'number'},
    lastVisitedAt: {column: 'last_visited_at', kind: 'number'},
    isDeleted: {column: 'is_deleted', kind: 'number'},
  },
}

export type Condition = {readonly field: string; readonly operator: FilterOperator; readonly value: string | number}

/** A list, with fields and operators that were checked before. */
export type ListInput = {
  readonly ownerId: string
  readonly list: ListName
  readonly sort: string
  readonly isDescending: boolean
  readonly filters: readonly Condition[]
  readonly limit: number
  /** The last row of the page before. */
  readonly after: {readonly value: string | number; readonly id: string} | undefined
}

type ListItem = DocumentMetadata | Visit | WorkspaceMetadata
export type ListRow = {readonly item: ListItem; readonly sortValue: string | number; readonly id: string}

/** One page of one's own rows. */
export async function list(context: Context, input: ListInput): Promise<readonly ListRow[]> {
  const {column} = fieldOf(input, input.sort)
  const rows = await rowsOf(context, input)
  return rows.map(({row, id, item}) => ({item, id, sortValue: row[column] as string | number}))
}

function rowsOf({db}: Context, input: ListInput) {
  const direction = input.isDescending ? 'desc' : 'asc'
  const sortColumn = fieldOf(input, input.sort).column
  const conditions = input.filters.map((filter) => conditionOf(input, filter))
  switch (input.list) {
    case 'workspace':
      return db
        .selectFrom('workspaces')
        .selectAll()
        .where('owner_id', '=', input.ownerId)
        .where('is_deleted', '=', 0)
        .where((eb) => eb.and([...conditions, ...continuation(input, 'id')]))
        .orderBy(sql.ref(sortColumn), direction)
        .orderBy('id', direction)
        .limit(input.limit)
        .execute()
        .then((rows) => rows.map((row) => described(row, row.id, workspaceOf(row))))
    case 'visit':
      return db
        .selectFrom('visits')
        .selectAll()
        .where('visitor_id', '=', input.ownerId)
        .where((eb) => eb.and([...conditions, ...continuation(input, 'snapshot_id')]))
        .orderBy(sql.ref(sortColumn), direction)
        .orderBy('snapshot_id', direction)
        .limit(input.limit)
        .execute()
        .then((rows) => rows.map((row) => described(row, row.snapshot_id, visitOf(row))))
    default:
      return db
        .selectFrom('documents')
        .selectAll()
        .where('owner_id', '=', input.ownerId)
        .where('kind', '=', input.list)
        .where((eb) => eb.and([...conditions, ...continuation(input, 'id')]))
        .orderBy(sql.ref(sortColumn), direction)
        .orderBy('id', direction)
        .limit(input.limit)
        .execute()
        .then((rows) => rows.map((row) => described(row, row.id, metadataOf(row))))
  }
}

function described(row: Schema['documents'] | Schema['visits'] | Schema['workspaces'], id: string, item: ListItem) {
  return {row: row as Readonly<Record<string, unknown>>, id, item}
}

function fieldOf({list}: ListInput, name: string): Field {
  const field = listFields[list][name]
  if (field === undefined) {
    throw new Error(`no field ${name}`)
  }
  return field
}

function conditionOf(input: ListInput, {field, operator, value}: Condition): Expression<SqlBool> {
  const {column, kind} = fieldOf(input, field)
  const operand = kind === 'text' ? folded(String(value)) : Number(value)
  switch (operator) {
    case 'equals':
      return sql<SqlBool>`${sql.ref(column)} = ${operand}`
    case 'contains':
      return sql<SqlBool>`${sql.ref(column)} like ${`%${escapeLike(String(operand))}%`} escape '~'`
    case 'more':
      return sql<SqlBool>`${sql.ref(column)} > ${operand}`
    case 'less':
      return sql<SqlBool>`${sql.ref(column)} < ${operand}`
  }
}

/** Everything behind the last row of the page before. */
function continuation(input: ListInput, idColumn: string): readonly Expression<SqlBool>[] {
  if (input.after === undefined) {
    return []
  }
  const column = sql.ref(fieldOf(input, input.sort).column)
  const id = sql.ref(idColumn)
  const {value, id: lastId} = input.after
  return [
    input.isDescending
      ? sql<SqlBool>`(${column} < ${value} or (${column} = ${value} and ${id} < ${lastId}))`
      : sql<SqlBool>`(${column} > ${value} or (${column} = ${value} and ${id} > ${lastId}))`,
  ]
}

function escapeLike(text: string): string {
  return text.replace(/[~%_]/g, (character) => `~${character}`)
}
