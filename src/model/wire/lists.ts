/** How a list is asked for, as query parameters. */
export const filterOperators = ['equals', 'contains', 'more', 'less'] as const
export type FilterOperator = (typeof filterOperators)[number]

/** One condition. Texts are compared without regard to case; `contains` is for texts, `more` and `less` for numbers. */
export type ListFilter = {
  readonly field: string
  readonly operator: FilterOperator
  readonly value: string | number
}

export type ListQuery = {
  /** From 1 to 100. @defaultValue 20 */
  readonly pageSize?: number
  readonly cursor?: string
  /** A field, with `-` before it for descending order. */
  readonly sort?: string
  readonly filters?: readonly ListFilter[]
}

/** The query string of a list, with its question mark, or nothing. */
export function listQueryString({pageSize, cursor, sort, filters = []}: ListQuery): string {
  const parameters = new URLSearchParams()
  if (pageSize !== undefined) {
    parameters.set('pageSize', String(pageSize))
  }
  if (cursor !== undefined) {
    parameters.set('cursor', cursor)
  }
  if (sort !== undefined) {
    parameters.set('sort', sort)
  }
  for (const {field, operator, value} of filters) {
    parameters.append('filter', `${field}:${operator}:${value}`)
  }
  const text = parameters.toString()
  return text && `?${text}`
}
