import type {CheckedEvent} from './checker-events.ts'

/** Work that a page does for a person. */
type Work = {readonly needsConsent: boolean; stoppedAtMs: number | undefined}

/** What somebody decided of a pin last. */
type Pin = {
  readonly isPinned: boolean
  /** Whose decision it was. */
  readonly tab: string
  /** When it was durable, as a number of the event; undefined until then. */
  settledAt: number | undefined
}

/** A timer begins anew at the next multiple of this. */
const TIMER_STRIDE = 1_000
const SECOND_MS = 1_000

/** Judges who lets go of what: running work needs consent, pinned workspaces stay, a timer counts no more than passes. */
export type WorkChecker = {
  note(event: CheckedEvent, sequence: number): void
}

/** Makes the judge of one history. */
export function createWorkChecker(fail: (violation: string) => void): WorkChecker {
  const works = new Map<string, Map<string, Work>>()
  const pins = new Map<string, Pin>()
  /** When each count of a timer began, by the clock that nobody sets, and in which page, if it was one. */
  const counts = new Map<string, {tab: string; readonly beganAt: number}>()
  const worksOf = (tab: string, workspace: string): Map<string, Work> => {
    const key = `${tab}/${workspace}`
    const found = works.get(key) ?? new Map<string, Work>()
    works.set(key, found)
    return found
  }
  /** Whether the page itself had pinned it for good before that moment, and nobody decided anything since. */
  const isPinnedFor = (tab: string, workspace: string, before: number): boolean => {
    const pin = pins.get(workspace)
    return pin?.isPinned === true && pin.tab === tab && (pin.settledAt ?? Number.POSITIVE_INFINITY) < before
  }
  return {
    note: (event, sequence) => {
      switch (event.type) {
        case 'working': {
          const {tab, workspace, component, needsConsent} = event
          worksOf(tab, workspace).set(component, {needsConsent, stoppedAtMs: undefined})
          break
        }
        case 'workStopped': {
          const {tab, workspace, component, atMs} = event
          const work = worksOf(tab, workspace).get(component)
          if (work !== undefined) {
            work.stoppedAtMs ??= atMs
          }
          break
        }
        case 'evicted': {
          const {tab, workspace, atMs} = event
          for (const [component, {needsConsent, stoppedAtMs}] of worksOf(tab, workspace)) {
            if (needsConsent && (stoppedAtMs ?? atMs) === atMs) {
              fail(`I4: ${component} was at work, nobody agreed to stop it, and it left memory [${tab} ${workspace}]`)
            }
          }
          if (isPinnedFor(tab, workspace, sequence)) {
            fail(`I12: it is pinned and left memory all the same [${tab} ${workspace}]`)
          }
          works.delete(`${tab}/${workspace}`)
          break
        }
        case 'ticked': {
          const {tab, workspace, seconds, atMs} = event
          const counted = seconds % TIMER_STRIDE
          const name = `${workspace}/${seconds - counted}`
          const count = counts.get(name) ?? {tab, beganAt: atMs - counted * SECOND_MS}
          counts.set(name, count)
          // One page that takes it over from another one may count the second that is under way twice.
          if (count.tab === tab && count.beganAt + counted * SECOND_MS > atMs) {
            fail(`I14: a timer counted ${counted} seconds in ${atMs - count.beganAt} ms [${tab} ${workspace}]`)
          } else if (count.tab !== tab) {
            count.tab = ''
          }
          break
        }
        case 'pinned':
          pins.set(event.workspace, {isPinned: event.isPinned, tab: event.tab, settledAt: undefined})
          break
        case 'pinSettled': {
          const pin = pins.get(event.workspace)
          if (pin?.tab === event.tab && pin.isPinned === event.isPinned) {
            pin.settledAt = sequence
          }
          break
        }
        case 'left':
          for (const workspace of event.workspaces.filter((id) => isPinnedFor(event.tab, id, event.since))) {
            fail(`I7: it is pinned and was let go with its entry [${event.tab} ${workspace}]`)
          }
          for (const workspace of event.workspaces) {
            works.delete(`${event.tab}/${workspace}`)
          }
          break
        case 'pinsShown':
          for (const {workspace, isPinned, isStored} of event.pins) {
            if (isPinned !== isStored) {
              fail(`I7: it is ${isStored ? '' : 'not '}pinned, a new page shows otherwise [${event.tab} ${workspace}]`)
            }
          }
          break
        case 'emptied':
        case 'crashed':
          pins.clear()
          break
        default:
          break
      }
    },
  }
}
