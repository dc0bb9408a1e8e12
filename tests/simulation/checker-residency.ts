import type {CheckedEvent} from './checker-events.ts'

type EventOf<Type extends CheckedEvent['type']> = Extract<CheckedEvent, {type: Type}>

/** From this share of memory on nothing more is brought in. */
const CRITICAL_SHARE = 0.85
/** How long it may take until a page has noticed. */
const NOTICE_MS = 30_000

type Page = {
  highestCap: number
  /** Storage failed it, it did not run for a while, or it was told not to look: it may hold more than others. */
  isExcused: boolean
  /** When it was heard of first. */
  since: number
  /** Workspaces with edits that were made before they were loaded: those are never refused. */
  readonly edited: Set<string>
  /** What it has in memory: loading that anew brings nothing in. */
  readonly inside: Set<string>
}

type ResidencyEvent = EventOf<'pressed' | 'capped' | 'pinned' | 'slept' | 'unwatched' | 'entered'>

/** Judges who is brought into memory. */
export type ResidencyChecker = {
  note(event: ResidencyEvent): void
  /** Storage failed a page. */
  excuse(tab: string): void
  /** Something was edited before it was loaded. */
  edited(tab: string, workspace: string): void
  /** A page gave memory back. */
  released(tab: string, workspace: string): void
}

const types: ReadonlySet<string> = new Set(['pressed', 'capped', 'pinned', 'slept', 'unwatched', 'entered'])

/** Whether an event is about memory alone. */
export const isOfResidency = (event: CheckedEvent): event is ResidencyEvent => types.has(event.type)

/** Makes the judge of one history. */
export function createResidencyChecker(fail: (violation: string) => void): ResidencyChecker {
  const pages = new Map<string, Page>()
  const everPinned = new Set<string>()
  let criticalSince = Number.POSITIVE_INFINITY
  let nowMs = 0
  const pageOf = (tab: string): Page => {
    const page = pages.get(tab) ?? {
      highestCap: 0,
      isExcused: false,
      since: nowMs,
      edited: new Set<string>(),
      inside: new Set<string>(),
    }
    pages.set(tab, page)
    return page
  }
  const enter = ({tab, workspace, atMs, cap, settled, inMemory, isStorageWell}: EventOf<'entered'>): void => {
    nowMs = atMs
    const page = pageOf(tab)
    page.highestCap = Math.max(page.highestCap, cap)
    const isWelcome = page.edited.delete(workspace) || everPinned.has(workspace) || page.inside.has(workspace)
    page.inside.add(workspace)
    if (page.isExcused || !isStorageWell || isWelcome) {
      return
    }
    const others = settled.filter((id) => id !== workspace && !everPinned.has(id))
    if (others.length >= page.highestCap) {
      fail(`I12: ${workspace} came into memory beside ${others.join(', ')}, the cap is ${cap} [${tab}]`)
    }
    if (inMemory > 0 && atMs - Math.max(criticalSince, page.since) >= NOTICE_MS) {
      fail(`I12: ${workspace} came into memory although that is nearly full [${tab}]`)
    }
  }
  return {
    note: (event) => {
      switch (event.type) {
        case 'pressed':
          nowMs = event.atMs
          criticalSince = event.share < CRITICAL_SHARE ? Number.POSITIVE_INFINITY : Math.min(criticalSince, nowMs)
          break
        case 'capped':
          pageOf(event.tab).highestCap = Math.max(pageOf(event.tab).highestCap, event.cap)
          break
        case 'pinned':
          everPinned.add(event.workspace)
          break
        case 'slept':
        case 'unwatched':
          pageOf(event.tab).isExcused = true
          break
        case 'entered':
          enter(event)
          break
      }
    },
    excuse: (tab) => {
      pageOf(tab).isExcused = true
    },
    edited: (tab, workspace) => void pageOf(tab).edited.add(workspace),
    released: (tab, workspace) => void pageOf(tab).inside.delete(workspace),
  }
}
