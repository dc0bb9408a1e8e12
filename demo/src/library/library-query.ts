import type {LibraryName} from './library-lists.ts'

/** How the rows can be ordered, as the server names it, in the order of the menu. */
const documentOrders = [
  ['-updatedAt', 'Changed last'],
  ['updatedAt', 'Changed first'],
  ['title', 'Title, A to Z'],
  ['-title', 'Title, Z to A'],
  ['-bytes', 'Largest'],
  ['bytes', 'Smallest'],
] as const

const visitOrders = [
  ['-lastVisitedAt', 'Seen last'],
  ['lastVisitedAt', 'Seen first'],
  ['title', 'Title, A to Z'],
  ['-title', 'Title, Z to A'],
  ['-visitCount', 'Seen most'],
] as const

export type Order = (typeof documentOrders | typeof visitOrders)[number][0]

export const ordersOf = (name: LibraryName): readonly (readonly [Order, string])[] =>
  name === 'visits' ? visitOrders : documentOrders

const DAY_MS = 86_400_000

export const ages = [
  ['any', 'Any time', undefined],
  ['day', 'Last 24 hours', DAY_MS],
  ['week', 'Last 7 days', 7 * DAY_MS],
  ['month', 'Last 30 days', 30 * DAY_MS],
] as const

export const sizes = [
  ['any', 'Any size', undefined],
  ['medium', 'Over 10 kB', 10_000],
  ['large', 'Over 100 kB', 100_000],
  ['huge', 'Over 1 MB', 1_000_000],
] as const

/** What a person asks of the list. */
export type LibraryWish = {
  readonly search: string
  readonly order: Order
  readonly age: (typeof ages)[number][0]
  readonly size: (typeof sizes)[number][0]
  /** When they asked: the age is counted from there, milliseconds since 1970. */
  readonly askedAt: number
}

/** Everything, newest first. */
export const everythingOf = (name: LibraryName): LibraryWish => ({
  search: '',
  order: name === 'visits' ? '-lastVisitedAt' : '-updatedAt',
  age: 'any',
  size: 'any',
  askedAt: 0,
})

export type LibraryQuery = {
  readonly sort: Order
  readonly filters: readonly {
    readonly field: string
    readonly operator: 'contains' | 'more'
    readonly value: string | number
  }[]
}

export const isFiltered = ({search, age, size}: LibraryWish): boolean =>
  search.trim() !== '' || age !== 'any' || size !== 'any'

/** The same for the server. */
export function queryOf(name: LibraryName, {search, order, age, size, askedAt}: LibraryWish): LibraryQuery {
  const text = search.trim()
  const ageMs = ages.find(([one]) => one === age)?.[2]
  const bytes = sizes.find(([one]) => one === size)?.[2]
  const timeField = name === 'visits' ? 'lastVisitedAt' : 'updatedAt'
  return {
    sort: order,
    filters: [
      ...(text === '' ? [] : [{field: 'title', operator: 'contains' as const, value: text}]),
      ...(ageMs === undefined ? [] : [{field: timeField, operator: 'more' as const, value: askedAt - ageMs}]),
      ...(bytes === undefined ? [] : [{field: 'bytes', operator: 'more' as const, value: bytes}]),
    ],
  }
}
