import {type AlarmChecker, createAlarmChecker} from './checker-alarms.ts'
import {type ClockChecker, createClockChecker} from './checker-clock.ts'
import {type CheckedEvent, componentOf} from './checker-events.ts'
import {
  type Accept,
  componentsIn,
  createLedger,
  isDeleted,
  isKept,
  isOvertaken,
  keptName,
  type Ledger,
  lastChange,
  lastIndex,
  newestAccepts,
  type Registers,
  stateAt,
  tabOf,
  wasStored,
} from './checker-ledger.ts'
import {createResidencyChecker, isOfResidency, type ResidencyChecker} from './checker-residency.ts'
import {createWorkChecker, type WorkChecker} from './checker-work.ts'

/** Judges what happened. Knows nothing of the product: it works on the events alone. */
export type Checker = {
  note(event: CheckedEvent): void
  /** Counts events; names the moment between two of them. */
  readonly sequence: number
  readonly violations: readonly string[]
}

/** What is stored of each workspace at the beginning. */
export type Beginning = ReadonlyMap<string, {readonly state: Registers; readonly revision: number}>

type Context = {
  readonly ledgers: ReadonlyMap<string, Ledger>
  readonly residency: ResidencyChecker
  readonly alarms: AlarmChecker
  readonly work: WorkChecker
  readonly clock: ClockChecker
  readonly maxRecordBytes: number
  readonly words: {
    readonly ledger: Ledger
    readonly tab: string
    readonly transaction: number
    readonly register: string
    readonly value: string | undefined
    readonly sequence: number
  }[]
  sequence: number
  fail(violation: string): void
}

/** Makes a checker of one history. */
export function createChecker(beginning: Beginning, maxRecordBytes: number): Checker {
  const violations: string[] = []
  const ledgers = new Map([...beginning].map(([id, {state, revision}]) => [id, createLedger(state, revision)]))
  const fail = (violation: string) => void violations.push(violation)
  const context: Context = {
    ledgers,
    residency: createResidencyChecker(fail),
    alarms: createAlarmChecker(ledgers, fail),
    work: createWorkChecker(fail),
    clock: createClockChecker(fail),
    maxRecordBytes,
    words: [],
    sequence: 0,
    fail,
  }
  return {
    note: (event) => {
      context.sequence += 1
      context.alarms.note(event, context.sequence)
      context.work.note(event, context.sequence)
      context.clock.note(event)
      judge(context, event)
    },
    get sequence() {
      return context.sequence
    },
    violations,
  }
}

function judge(context: Context, event: CheckedEvent): void {
  if (isOfResidency(event)) {
    context.residency.note(event)
    return
  }
  if (event.type === 'crashed') {
    crash(context, event.lost)
    return
  }
  if (event.type === 'ended') {
    judgeWords(context, event)
    return
  }
  if (event.type === 'emptied') {
    empty(context, event)
    return
  }
  if (event.type === 'decided') {
    for (const ledger of context.ledgers.values()) {
      ledger.lostAt = undefined
    }
    return
  }
  if (event.type === 'reported') {
    judgeReport(context, event)
    return
  }
  if (event.type === 'closed') {
    judgeClosing(context, event)
    return
  }
  if (event.type === 'delivered') {
    for (const ledger of context.ledgers.values()) {
      deliver(ledger, event, context.sequence)
    }
    return
  }
  if (event.type === 'left') {
    for (const workspace of event.workspaces) {
      const ledger = context.ledgers.get(workspace)
      if (ledger !== undefined) {
        tabOf(ledger, event.tab).isLeft = true
      }
    }
    return
  }
  if (event.type === 'called' || event.type === 'answered') {
    if (event.type === 'answered' && event.hasFailed) {
      context.residency.excuse(event.tab)
    }
    for (const workspace of event.workspaces) {
      countInFlight(context, event.tab, workspace, event.type === 'called' ? 1 : -1)
    }
    return
  }
  const ledger = 'workspace' in event ? context.ledgers.get(event.workspace) : undefined
  if (ledger === undefined || !('workspace' in event)) {
    return
  }
  const where = 'tab' in event ? `${event.tab} ${event.workspace}` : event.workspace
  const fail = (violation: string) => context.fail(`${violation} [${where}]`)
  switch (event.type) {
    case 'accepted': {
      const {tab, register, value, mode, isStorable} = event
      const facts = {tab, register, value, mode, isStorable, hasLanded: false, isDropped: false}
      const knownIndex = tabOf(ledger, tab).oldestIndex
      if (mode !== 'sure') {
        context.residency.edited(tab, event.workspace)
      }
      ledger.accepts.push({...facts, sequence: context.sequence, index: lastIndex(ledger), knownIndex})
      break
    }
    case 'landed':
      land(context, ledger, event, fail)
      break
    case 'kept':
      if (event.isStrict) {
        syncAll(context)
      }
      ledger.keptApart.push(
        ...event.kept.map(([register, value]) => ({transaction: event.transaction, value: keptName(register, value)})),
      )
      break
    case 'lastWords':
      for (const [register, value] of event.words) {
        const {tab, transaction} = event
        const {sequence} = context
        context.words.push({ledger, tab, transaction, register, value, sequence})
      }
      break
    case 'read':
      noteReading(ledger, event)
      break
    case 'sealed':
      ledger.sealed.set(event.register, stateAt(ledger, lastIndex(ledger)).get(event.register))
      break
    case 'loaded': {
      const view = tabOf(ledger, event.tab)
      view.oldestIndex = view.reads.findLast(({isWhole}) => isWhole)?.index ?? 0
      view.loadedAt = context.sequence
      break
    }
    case 'dropped':
      for (const accept of ledger.accepts) {
        accept.isDropped ||= accept.tab === event.tab && accept.mode === 'pending'
      }
      break
    case 'damaged':
      ledger.damaged.add(event.register)
      syncAll(context)
      break
    case 'viewed':
      judgeMemory(ledger, event, fail)
      judgeClaim(ledger, event, fail)
      break
    case 'acknowledged':
      judgeAcknowledgement(ledger, event, fail)
      break
    case 'wanted':
      tabOf(ledger, event.tab).isLeft = false
      break
    case 'ticked':
      if (tabOf(ledger, event.tab).isLeft) {
        fail('I7: something runs in it although its entry was left')
      }
      break
    case 'released':
      context.residency.released(event.tab, event.workspace)
      judgeRelease(ledger, event.tab, fail)
      tabOf(ledger, event.tab).holdsIndex = undefined
      break
  }
}

type EventOf<Type extends CheckedEvent['type']> = Extract<CheckedEvent, {type: Type}>
type Fail = (violation: string) => void

/** One reading may look at the head and at the components; it counts as whole then. */
function noteReading(ledger: Ledger, {tab, reading, isWhole}: EventOf<'read'>): void {
  const view = tabOf(ledger, tab)
  const before = view.reading.get(reading)
  view.reading.set(reading, {index: lastIndex(ledger), isWhole: isWhole || before?.isWhole === true})
  if (isWhole) {
    view.holdsIndex ??= lastIndex(ledger)
  }
}

function deliver(ledger: Ledger, {tab, reading}: EventOf<'delivered'>, sequence: number): void {
  const view = tabOf(ledger, tab)
  const read = view.reading.get(reading)
  if (read !== undefined) {
    view.reading.delete(reading)
    view.reads.push({...read, sequence})
  }
}

function countInFlight(context: Context, tab: string, workspace: string, change: number): void {
  const ledger = context.ledgers.get(workspace)
  if (ledger !== undefined) {
    const view = tabOf(ledger, tab)
    view.inFlight += change
    if (view.inFlight > 1) {
      context.fail(`I12: two writes of one workspace are with storage [${tab} ${workspace}]`)
    }
  }
}

function land(context: Context, ledger: Ledger, event: EventOf<'landed'>, fail: Fail): void {
  const before = ledger.commits.at(-1)
  const state = new Map(stateAt(ledger, lastIndex(ledger)))
  if (event.revision <= (before?.revision ?? 0)) {
    fail(`I2: revision ${event.revision} over ${before?.revision}`)
  }
  if (event.fence < (before?.fence ?? 0)) {
    fail(`I9: fence ${event.fence} after ${before?.fence}: the writing was taken over from it`)
  }
  const {lostAt} = ledger
  if (lostAt !== undefined && (tabOf(ledger, event.tab).holdsIndex ?? lostAt) >= lostAt) {
    fail('I5: it was stored once, is gone, and was made anew although nobody had decided that')
  }
  ledger.lostAt = undefined
  if (event.largestBytes > context.maxRecordBytes) {
    fail(`I13: a record of ${event.largestBytes} bytes was stored`)
  }
  const kept = event.kept.map(([register, value]) => keptName(register, value))
  for (const [register, value] of event.writes) {
    const replaced = state.get(register)
    if (replaced !== value) {
      judgeWrite(ledger, {register, value, replaced, isKept: kept.includes(keptName(register, replaced))}, fail)
      state.set(register, value)
      ledger.damaged.delete(register)
    }
  }
  ledger.commits.push({
    transaction: event.transaction,
    sequence: context.sequence,
    tab: event.tab,
    state,
    revision: event.revision,
    fence: event.fence,
    kept,
    isLoss: false,
  })
  for (const accept of ledger.accepts) {
    accept.hasLanded ||= state.get(accept.register) === accept.value && isCarriedBy(ledger, accept, event)
  }
  tabOf(ledger, event.tab).oldestIndex = lastIndex(ledger)
  if (event.isStrict) {
    syncAll(context)
  }
  const count = componentsIn(state).size
  if (ledger.damaged.size === 0 && event.componentCount !== count) {
    fail(`I3: the head says ${event.componentCount} components, stored are ${count}`)
  }
}

/** An edit that makes what is stored already has not landed with a commit of somebody else about something else. */
function isCarriedBy(ledger: Ledger, accept: Accept, event: EventOf<'landed'>): boolean {
  const isApplied = event.tab === accept.tab && (tabOf(ledger, accept.tab).loadedAt ?? 0) > accept.sequence
  return accept.mode !== 'pending' || isApplied || event.writes.some(([register]) => register === accept.register)
}

/** A value may replace another one only if somebody who had seen that one asked for it, or the other one is kept. */
function judgeWrite(
  ledger: Ledger,
  write: {
    readonly register: string
    readonly value: string | undefined
    readonly replaced: string | undefined
    readonly isKept: boolean
  },
  fail: Fail,
): void {
  const {register, value, replaced} = write
  const changedAt = lastChange(ledger, register)
  const isAfterLoss = replaced === undefined && ledger.commits[changedAt]?.isLoss === true
  if (isAfterLoss && wasStored(ledger, register, new Set([value]), 0)) {
    return
  }
  const wishes = ledger.accepts.filter((accept) => accept.register === register && accept.value === value)
  // A page that held it stored it again after a loss, and won against another one that is kept.
  const isResaved = write.isKept && hasLoss(ledger) && wasStored(ledger, register, new Set([value]), 0)
  if (isResaved) {
    return
  }
  if (wishes.length === 0) {
    fail(`I3: ${register} became ${value}, which nobody asked for`)
    return
  }
  const isSealed = ledger.sealed.has(register) && ledger.sealed.get(register) === replaced
  const isByNewer = wishes.some(({tab}) => tab === 'newerApp')
  if (isSealed && !isByNewer && !write.isKept && !isDeleted(ledger, [], register)) {
    fail(`I3: ${register} was written by a newer version of the app, and became ${value}`)
    return
  }
  const isNew = isAfterLoss || (changedAt === 0 && replaced === undefined)
  if (isNew || write.isKept || isKept(ledger, register, replaced) || ledger.damaged.has(register)) {
    return
  }
  if (!wishes.some((wish) => mayReplace(ledger, wish, changedAt, replaced))) {
    fail(`I2: ${register} became ${value} over ${replaced}, which the one who asked for it had never seen`)
  }
}

const hasLoss = ({commits}: Ledger): boolean => commits.some(({isLoss}) => isLoss)

function mayReplace(ledger: Ledger, wish: Accept, changedAt: number, replaced: string | undefined): boolean {
  if (wish.mode === 'ifAbsent') {
    return false
  }
  if ((wish.mode === 'pending' || wish.mode === 'catalogue') && !wish.hasLanded) {
    return true
  }
  const landedAt = ledger.commits[changedAt]?.sequence ?? 0
  const own = ledger.accepts.findLast(
    ({tab, register, value, sequence}) =>
      tab === wish.tab && register === wish.register && value === replaced && sequence < landedAt,
  )
  if (own !== undefined) {
    return wish.sequence >= own.sequence
  }
  if (hasLoss(ledger) && hadSeen(ledger, wish, replaced)) {
    return true
  }
  // What it wrote itself it has seen, e.g. when it stored again what was lost.
  if (changedAt === 0 || ledger.commits[changedAt]?.tab === wish.tab) {
    return true
  }
  const isOfHead = componentOf(wish.register) === undefined
  return tabOf(ledger, wish.tab).reads.some(
    ({sequence, index, isWhole}) => sequence < wish.sequence && index >= changedAt && (isWhole || isOfHead),
  )
}

/** Whether a tab had read that very value before the wish: another page stored it again after a loss. */
function hadSeen(ledger: Ledger, wish: Accept, value: string | undefined): boolean {
  return tabOf(ledger, wish.tab).reads.some(
    ({sequence, index, isWhole}) =>
      isWhole && sequence < wish.sequence && stateAt(ledger, index).get(wish.register) === value,
  )
}

function syncAll({ledgers}: Context): void {
  for (const ledger of ledgers.values()) {
    ledger.syncedIndex = lastIndex(ledger)
  }
}

/** The newest transactions are gone; everything called flushed must still be there. */
function crash(context: Context, lost: readonly number[]): void {
  for (const [id, ledger] of context.ledgers) {
    while (ledger.commits.length > 1 && lost.includes(ledger.commits.at(-1)?.transaction ?? 0)) {
      ledger.commits.pop()
    }
    if (lastIndex(ledger) < ledger.flushedIndex) {
      context.fail(`I1: a crash lost what was flushed [${id}]`)
    }
    ledger.syncedIndex = lastIndex(ledger)
    removeWhere(ledger.keptApart, ({transaction}) => lost.includes(transaction))
  }
  removeWhere(context.words, ({transaction}) => lost.includes(transaction))
}

/** Nothing is stored any more. What was acknowledged before is lost, and known to be where a second place remembers. */
function empty(context: Context, {remembered}: EventOf<'emptied'>): void {
  const {sequence} = context
  for (const [id, ledger] of context.ledgers) {
    if (stateAt(ledger, lastIndex(ledger)).size > 0) {
      ledger.commits.push({
        transaction: 0,
        sequence,
        tab: '',
        state: new Map(),
        revision: 0,
        fence: 0,
        kept: [],
        isLoss: true,
      })
      ledger.lostAt = remembered.includes(id) ? lastIndex(ledger) : undefined
    } else if (!remembered.includes(id)) {
      // The second place was emptied as well, later: nobody can know of it any more.
      ledger.lostAt = undefined
    }
    ledger.damaged.clear()
    ledger.sealed.clear()
  }
  syncAll(context)
  context.words.length = 0
}

function judgeReport(context: Context, {tab, missing, reported}: EventOf<'reported'>): void {
  for (const workspace of missing.filter((id) => !reported.includes(id))) {
    context.fail(`I5: ${workspace} is known and gone, and nobody says so [${tab}]`)
  }
}

/** Whoever ends does it in time, and names everything that is not stored. */
function judgeClosing(context: Context, {tab, tookMs, boundMs, unsaved}: EventOf<'closed'>): void {
  if (tookMs > boundMs) {
    context.fail(`I6: it took ${tookMs} ms to end, allowed are ${boundMs} [${tab}]`)
  }
  for (const [id, ledger] of context.ledgers) {
    const missing = missingAccept(ledger, tab, Number.POSITIVE_INFINITY, lastIndex(ledger), new Set())
    if (missing !== undefined && !unsaved.includes(id)) {
      context.fail(`I6: ${missing.register} = ${missing.value} is not stored, and ${id} is not named for it [${tab}]`)
    }
  }
}

/** What a tab took and what is not durable yet is still shown by it. */
function judgeMemory(ledger: Ledger, {tab, shown}: EventOf<'viewed'>, fail: Fail): void {
  const accepts = newestAccepts(ledger, tab)
  for (const accept of accepts) {
    const {register, value, index, isStorable} = accept
    const component = componentOf(register)
    if (component === undefined || ledger.damaged.has(register)) {
      continue
    }
    const isShown =
      register === `${component}.deleted`
        ? (value === 'deleted') === !shown.has(`${component}.state`)
        : shown.get(register) === value
    if (
      !isShown &&
      isStorable &&
      !isDeleted(ledger, accepts, register) &&
      !wasStored(ledger, register, new Set([value]), index) &&
      !isOvertaken(ledger, accept) &&
      !isKept(ledger, register, value)
    ) {
      fail(`memory: ${register} was set to ${value}, shown is ${shown.get(register)}, and it was never stored`)
    }
  }
}

/** What is called saved is what is stored, or was after the last commit that the tab knows of. */
function judgeClaim(ledger: Ledger, event: EventOf<'viewed'>, fail: Fail): void {
  if (event.claim === undefined) {
    return
  }
  const newest = event.claim === 'flushed' ? ledger.syncedIndex : lastIndex(ledger)
  for (let index = newest; index >= tabOf(ledger, event.tab).oldestIndex; index--) {
    if (differenceTo(ledger, stateAt(ledger, index), event) === undefined) {
      if (event.claim === 'flushed') {
        ledger.flushedIndex = Math.max(ledger.flushedIndex, index)
      }
      return
    }
  }
  const difference = differenceTo(ledger, stateAt(ledger, lastIndex(ledger)), event)
  fail(`I11: called ${event.claim}, but ${difference ?? 'only a crash away from lost'}`)
}

function differenceTo(ledger: Ledger, stored: Registers, {shown, excluded}: EventOf<'viewed'>): string | undefined {
  const live = componentsIn(stored)
  const components = new Set([...live, ...[...shown.keys()].flatMap((register) => componentOf(register) ?? [])])
  for (const component of components) {
    for (const register of [`${component}.state`, `${component}.layout`]) {
      if (excluded.has(component) || excluded.has(register) || ledger.damaged.has(register)) {
        continue
      }
      const isLayout = register.endsWith('.layout')
      // Last words may be all that is left of a component: it is shown where new ones begin.
      const value = live.has(component) ? (stored.get(register) ?? (isLayout ? '0' : undefined)) : undefined
      if (value !== shown.get(register)) {
        return `${register} is ${shown.get(register)} and stored is ${value}`
      }
    }
  }
  return undefined
}

function judgeAcknowledgement(ledger: Ledger, event: EventOf<'acknowledged'>, fail: Fail): void {
  const newest = event.claim === 'flushed' ? ledger.syncedIndex : lastIndex(ledger)
  const missing = missingAccept(ledger, event.tab, event.before, newest, event.excluded)
  if (missing !== undefined) {
    fail(`I1: ${missing.register} = ${missing.value} was acknowledged as ${event.claim} and is not`)
  }
}

function judgeRelease(ledger: Ledger, tab: string, fail: Fail): void {
  const missing = missingAccept(ledger, tab, Number.POSITIVE_INFINITY, lastIndex(ledger), new Set())
  if (missing !== undefined) {
    fail(`I4: left memory although ${missing.register} = ${missing.value} was not stored`)
  }
}

/** An edit of a tab that is neither stored, nor replaced by a later one that is, nor kept. */
function missingAccept(
  ledger: Ledger,
  tab: string,
  before: number,
  newestIndex: number,
  excluded: ReadonlySet<string>,
): Accept | undefined {
  const accepts = newestAccepts(ledger, tab, before)
  return accepts.find((candidate) => {
    const {register, sequence, index, value} = candidate
    const component = componentOf(register)
    if (component === undefined || excluded.has(component) || isDeleted(ledger, accepts, register)) {
      return false
    }
    const later = ledger.accepts.filter(
      (accept) => accept.tab === tab && accept.register === register && accept.sequence >= sequence,
    )
    const wasDeletedSince = ledger.accepts.some(
      (accept) => accept.tab === tab && accept.register === `${component}.deleted` && accept.sequence > sequence,
    )
    const values = new Set(later.map((accept) => accept.value))
    return (
      !wasDeletedSince &&
      !wasStored(ledger, register, values, index, newestIndex) &&
      !isOvertaken(ledger, candidate) &&
      !isKept(ledger, register, value) &&
      !ledger.damaged.has(register)
    )
  })
}

/** Every last word that reached the disk became part of its workspace, was kept, or was overtaken by its own tab. */
function judgeWords({words, ledgers, fail}: Context, {waiting = []}: EventOf<'ended'>): void {
  const isOnDisk = (ledger: Ledger, name: string) =>
    waiting.some(
      (left) =>
        ledgers.get(left.workspace) === ledger &&
        left.words.some(([register, value]) => keptName(register, value) === name),
    )
  for (const {ledger, tab, register, value, sequence} of words) {
    const own = ledger.accepts.filter((accept) => accept.tab === tab && accept.register === register)
    const said = own.findLastIndex((accept) => accept.value === value && accept.sequence < sequence)
    const values = new Set([value, ...own.slice(said).map((accept) => accept.value)])
    const index = own[said]?.index ?? 0
    // Where storage lost everything and nobody has decided yet, they lie beside it and wait.
    const isEmpty = stateAt(ledger, lastIndex(ledger)).size === 0
    // Another tab contests them: they wait until somebody chooses.
    const isWaiting = isEmpty || isOnDisk(ledger, keptName(register, value))
    const isSettled = wasStored(ledger, register, values, index) || isKept(ledger, register, value)
    if (!isWaiting && !isSettled && !wasWrittenOver(ledger, register, sequence)) {
      fail(`I1: the last words ${register} = ${value} of ${tab} are lost`)
    }
  }
}

/**
 * Whether a tab that had read the last words of another one made something else of them, and that landed. An edit that
 * was made before a load replaces whatever the load finds, last words like anything else that is stored.
 */
function wasWrittenOver(ledger: Ledger, register: string, sequence: number): boolean {
  const hasRead = (tab: string) => tabOf(ledger, tab).reads.some((read) => read.isWhole && read.sequence > sequence)
  const isLater = (accept: Accept) =>
    accept.sequence > sequence || (accept.mode === 'pending' && (tabOf(ledger, accept.tab).loadedAt ?? 0) > sequence)
  return ledger.accepts.some(
    (accept) => accept.register === register && accept.hasLanded && isLater(accept) && hasRead(accept.tab),
  )
}

function removeWhere<Item>(items: Item[], isGone: (item: Item) => boolean): void {
  items.splice(0, items.length, ...items.filter((item) => !isGone(item)))
}
