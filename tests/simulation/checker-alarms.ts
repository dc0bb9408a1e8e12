import type {CheckedEvent} from './checker-events.ts'
import {type Ledger, lastIndex, stateAt} from './checker-ledger.ts'

type EventOf<Type extends CheckedEvent['type']> = Extract<CheckedEvent, {type: Type}>

/** One component that rings. */
type Bell = {
  /** When somebody asked for each of its moments first, as a number of the event. */
  readonly asked: Map<number, number>
  /** What is stored of its last ring, the newest last. */
  readonly stored: {readonly transaction: number; readonly deadlineMs: number; readonly isDismissed: boolean}[]
  /** Moments that were ever claimed, by whom. */
  readonly claims: {readonly transaction: number; readonly deadlineMs: number; readonly tab: string; isHeard: boolean}[]
  /** Moments that a person heard of. */
  readonly heard: Set<number>
  /** What the last words of a page say it holds, until they are part of the workspace. */
  said: string | undefined
  /** Pages whose claim storage did not take: they ring all the same. */
  readonly refused: Set<string>
}

/** A moment at which the clock on the wall was set, by the number of the event. */
type Peak = {readonly sequence: number; readonly wallMs: number}

/** Judges what rings: at its moment, once, and shown until somebody dismisses it. */
export type AlarmChecker = {
  note(event: CheckedEvent, sequence: number): void
}

/** Makes the judge of one history; `ledgers` says what is stored of each workspace. */
export function createAlarmChecker(
  ledgers: ReadonlyMap<string, Ledger>,
  fail: (violation: string) => void,
): AlarmChecker {
  const bells = new Map<string, Bell>()
  const peaks: Peak[] = []
  let hasLost = false
  const bellOf = ({workspace, component}: {readonly workspace: string; readonly component: string}): Bell => {
    const name = `${workspace}/${component}`
    const bell = bells.get(name) ?? {
      asked: new Map(),
      stored: [],
      claims: [],
      heard: new Set(),
      said: undefined,
      refused: new Set(),
    }
    bells.set(name, bell)
    return bell
  }
  const accepted = ({workspace, register, value}: EventOf<'accepted'>, sequence: number): void => {
    const moment = momentOf(value)
    const component = register.split('.')[0] ?? ''
    if (moment?.phase === 'on') {
      const {asked} = bellOf({workspace, component})
      asked.set(moment.deadlineMs, asked.get(moment.deadlineMs) ?? sequence)
    }
  }
  const claimed = (event: EventOf<'claimed'>): void => {
    const {transaction, deadlineMs, isDismissed, tab} = event
    const bell = bellOf(event)
    const where = `[${tab} ${event.workspace}/${event.component}]`
    if (!isDismissed) {
      if (!bell.asked.has(deadlineMs)) {
        fail(`I14: ${deadlineMs} is claimed, which nobody asked for ${where}`)
      }
      // Of two moments that two pages set at once only the last one that rang is remembered.
      if (bell.claims.at(-1)?.deadlineMs === deadlineMs) {
        fail(`I14: the ring of ${deadlineMs} was claimed before ${where}`)
      }
      bell.claims.push({transaction, deadlineMs, tab, isHeard: false})
    } else if (bell.claims.every((claim) => claim.deadlineMs !== deadlineMs)) {
      // Dismissed before it was claimed: both at once.
      bell.claims.push({transaction, deadlineMs, tab, isHeard: bell.heard.has(deadlineMs)})
    }
    bell.stored.push({transaction, deadlineMs, isDismissed})
  }
  const rang = (event: EventOf<'rang'>, sequence: number): void => {
    const {deadlineMs, tab, wallMs, isUnanswered} = event
    const bell = bellOf(event)
    const where = `[${tab} ${event.workspace}/${event.component}]`
    const since = bell.asked.get(deadlineMs) ?? sequence
    const latestMs = Math.max(wallMs, ...peaks.filter((peak) => peak.sequence >= since).map((peak) => peak.wallMs))
    if (latestMs < deadlineMs) {
      fail(`I14: it rang ${deadlineMs - latestMs} ms too early ${where}`)
    }
    const own = bell.claims.find((claim) => claim.deadlineMs === deadlineMs && claim.tab === tab && !claim.isHeard)
    if (own !== undefined) {
      own.isHeard = true
    } else if (!bell.refused.delete(tab) && !hasLost && !isUnanswered) {
      const again = bell.heard.has(deadlineMs) ? 'again' : 'although it had not claimed it'
      fail(`I14: ${deadlineMs} rang ${again} ${where}`)
    }
    bell.heard.add(deadlineMs)
  }
  const listed = ({tab, alarms}: EventOf<'listed'>): void => {
    for (const [name, bell] of bells) {
      const [workspace = '', component = ''] = name.split('/')
      const where = `[${tab} ${name}]`
      const shown = alarms.find((alarm) => alarm.workspace === workspace && alarm.component === component)
      const stored = bell.stored.at(-1)
      const isGone = isAway(ledgers.get(workspace), component)
      if (stored !== undefined && !stored.isDismissed && !isGone && shown?.deadlineMs !== stored.deadlineMs) {
        fail(`I14: ${stored.deadlineMs} rang, nobody dismissed it, shown is ${shown?.deadlineMs} ${where}`)
      }
      if (stored?.isDismissed === true && shown?.deadlineMs === stored.deadlineMs) {
        fail(`I14: ${stored.deadlineMs} was dismissed and is shown ${where}`)
      }
      const due = dueOf(ledgers.get(workspace), component)
      // Last words may win or lose against what is stored: it has rung for the one or the other.
      const moments = [due, momentOf(bell.said)?.deadlineMs]
      const hasRung =
        bell.claims.some(({deadlineMs}) => moments.includes(deadlineMs)) || (hasLost && bell.heard.has(due ?? 0))
      const isOff = momentOf(bell.said)?.phase === 'off'
      if (due !== undefined && !hasRung && !isOff) {
        const heard = bell.heard.has(due) ? 'is shown nowhere' : 'never rang'
        fail(`I14: ${due} has passed and ${heard} ${where}`)
      }
    }
  }
  return {
    note: (event, sequence) => {
      switch (event.type) {
        case 'accepted':
          accepted(event, sequence)
          break
        case 'claimed':
          claimed(event)
          break
        case 'claimRefused':
          bellOf(event).refused.add(event.tab)
          break
        case 'lastWords':
          for (const [register, value] of event.words.filter(([, value]) => momentOf(value) !== undefined)) {
            bellOf({workspace: event.workspace, component: register.split('.')[0] ?? ''}).said = value
          }
          break
        case 'landed':
          for (const [register] of event.writes) {
            bellOf({workspace: event.workspace, component: register.split('.')[0] ?? ''}).said = undefined
          }
          break
        case 'rang':
          rang(event, sequence)
          break
        case 'remaining':
          judgeRemaining(event, fail)
          break
        case 'clockSet':
          peaks.push({sequence, wallMs: event.fromMs}, {sequence, wallMs: event.toMs})
          break
        case 'crashed':
          hasLost ||= event.lost.length > 0
          for (const {stored, claims} of bells.values()) {
            removeWhere(stored, ({transaction}) => event.lost.includes(transaction))
            removeWhere(claims, ({transaction}) => event.lost.includes(transaction))
          }
          break
        case 'emptied':
          hasLost = true
          for (const {stored, claims} of bells.values()) {
            stored.length = 0
            claims.length = 0
          }
          break
        case 'listed':
          listed(event)
          break
        default:
          break
      }
    },
  }
}

/** What is left is what the clock on the wall says: never below nothing, never above the whole. */
function judgeRemaining(event: EventOf<'remaining'>, fail: (violation: string) => void): void {
  const {tab, workspace, component, deadlineMs, durationMs, wallMs, remainingMs} = event
  const isRight = remainingMs === Math.min(Math.max(0, deadlineMs - wallMs), durationMs)
  if (!isRight) {
    fail(
      `I14: ${remainingMs} ms are said to be left until ${deadlineMs} at ${wallMs} [${tab} ${workspace}/${component}]`,
    )
  }
}

/** The moment that a component holds, whether it has passed or was even noticed; undefined if it was not to ring. */
function dueOf(ledger: Ledger | undefined, component: string): number | undefined {
  if (ledger === undefined) {
    return undefined
  }
  const state = stateAt(ledger, lastIndex(ledger))
  const register = `${component}.state`
  const moment = isAway(ledger, component) || ledger.damaged.has(register) ? undefined : momentOf(state.get(register))
  return moment?.phase === 'off' ? undefined : moment?.deadlineMs
}

/** Nothing is shown of what rang in a component that was removed, or a workspace in the trash or lost with storage. */
function isAway(ledger: Ledger | undefined, component: string): boolean {
  const state = ledger && stateAt(ledger, lastIndex(ledger))
  const isLost = ledger?.commits.some((commit) => commit.isLoss) && state?.get('title') === undefined
  return isLost || state?.get('trashed') !== undefined || state?.get(`${component}.deleted`) !== undefined
}

/** The value of a component that rings: when, and whether it still waits for that (`on`), rang, or was stopped. */
function momentOf(value: string | undefined): {readonly deadlineMs: number; readonly phase: string} | undefined {
  const [, deadline = '', phase = ''] = value?.match(/^alarm\|(\d+)\|(on|rang|off)$/) ?? []
  return phase === '' ? undefined : {deadlineMs: Number(deadline), phase}
}

function removeWhere<Item>(items: Item[], isGone: (item: Item) => boolean): void {
  items.splice(0, items.length, ...items.filter((item) => !isGone(item)))
}
