import type {FreeableKind, StorageKind} from 'keepspace'

type KindWords = {
  readonly title: string
  readonly text: string
  /** What a confirmation says; only for kinds that can be freed. */
  readonly question?: string
}

export const kindWords: Record<StorageKind, KindWords> = {
  workspaces: {title: 'Workspaces', text: 'What you made.'},
  trash: {
    title: 'Trash',
    text: 'Deleted projects and workspaces. They go by themselves after 30 days.',
    question: 'Everything in the trash is deleted for good. This cannot be undone.',
  },
  deleted: {
    title: 'Deleted cards',
    text: 'Kept so that a deletion can be undone. They go by themselves after 30 days.',
    question: 'Deleted cards can no longer be brought back, in no workspace.',
  },
  history: {
    title: 'Replaced versions',
    text: 'What lost against another tab, in case it was the better one.',
    question: 'The versions that were replaced are deleted.',
  },
  previous: {
    title: 'Previous copies',
    text: 'What was there before the last full save, in case what is stored is damaged one day.',
    question: 'Parts that are damaged later can no longer be brought back as they were before.',
  },
  lastWords: {
    title: 'Last words',
    text: 'What a tab had not saved when it was closed. It becomes part of its workspace when that is opened.',
    question: 'Only last words that nobody can use are removed. The others stay until their workspace is opened.',
  },
  quarantine: {
    title: 'Quarantine',
    text: 'Copies of damaged parts, exactly as they were found.',
    question: 'The copies of damaged parts are deleted. Export what you may still need first.',
  },
  other: {title: 'Everything else', text: 'Projects, settings, and notes of the app itself.'},
}

export const isFreeable = (kind: StorageKind): kind is FreeableKind => kindWords[kind].question !== undefined

const decimals = new Intl.NumberFormat(undefined, {maximumFractionDigits: 1})

/** Bytes as people say them. */
export function sizeOf(bytes: number): string {
  if (bytes < 1_000) {
    return `${bytes} bytes`
  }
  return bytes < 1_000_000 ? `${decimals.format(bytes / 1_000)} kB` : `${decimals.format(bytes / 1_000_000)} MB`
}

const day = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short', year: 'numeric'})

export const dayOf = (timeMs: number): string => day.format(timeMs)
