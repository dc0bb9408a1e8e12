import {createKeepspace, defineComponent} from '../../src/index.ts'
import {localforageStorage} from '../../src/localforage.ts'
import {seededRandom} from '../kill/random.ts'
import {lastWriterWins} from './last-writer-wins.ts'
import {type Counters, noCounters, type Side, sides, type TabReport, type TabStep, type TabWork} from './work.ts'

declare global {
  interface Window {
    openTab: (work: TabWork) => Promise<void>
    workOn: (step: TabStep) => Promise<TabReport>
    readTab: () => Promise<Readonly<Record<string, Counters>>>
  }
}

/** How many edits one save carries at most. */
const MAX_BURST = 12
const workspace = 'counters'

const counters = defineComponent({
  type: 'counters',
  version: 1,
  schema: {
    '~standard': {
      version: 1,
      vendor: 'campaign',
      validate: (value: unknown) => ({value: value as Counters}),
    },
  },
  initial: noCounters,
})

let started: {readonly keepspace: ReturnType<typeof createKeepspace>; readonly work: TabWork} | undefined
const tab = () => {
  if (started === undefined) {
    throw new Error('the tab was not opened')
  }
  return started
}
const componentOf = (id: string) => tab().keepspace.workspace(workspace).component(counters, id)

/** Opens the one workspace. The first tab makes it, with one component of each tab and one that both count in. */
window.openTab = async (work) => {
  const storage = localforageStorage()
  const keepspace = createKeepspace({
    namespace: 'tabs',
    components: [counters],
    storage: work.isBlind ? lastWriterWins(storage) : storage,
    // Counted anew by the tab that lost: see below.
    resolveConflict: () => ({components: {}}),
  })
  started = {keepspace, work}
  const handle = keepspace.open(workspace, {create: {title: 'Counters'}})
  keepspace.activate(workspace)
  await keepspace.whenReady(workspace)
  for (const id of ['shared', ...sides]) {
    handle.add(counters, {id, ifAbsent: true})
  }
  await handle.save()
}

/**
 * Makes edits until so many are acknowledged. One counts as acknowledged when the save that carried it has landed and it
 * is still there: where the other tab was first with the same component, its version stays and this tab counts anew.
 */
window.workOn = async ({updates, round}) => {
  const {keepspace, work} = tab()
  const random = seededRandom(`${work.seed}/${work.side}/${round}`)
  const {side} = work
  const acknowledged = {shared: 0, own: 0}
  const report = {saves: 0, redone: 0, overtakings: 0, trouble: [] as string[]}
  const off = keepspace.on('save_attempt', () => {
    report.saves += 1
  })
  const countOf = (id: string) => componentOf(id).getState()?.[side] ?? 0
  while (acknowledged.shared + acknowledged.own < updates) {
    const before = {shared: countOf('shared'), own: countOf(side)}
    const made = {shared: 0, own: 0}
    for (let left = random.between(1, MAX_BURST); left > 0; left -= 1) {
      const isShared = random.next() < 0.5
      componentOf(isShared ? 'shared' : side).set((state) => ({sum: state.sum + 1, [side]: state[side] + 1}))
      made[isShared ? 'shared' : 'own'] += 1
    }
    const {status, error} = await keepspace.persist(workspace, 'app:count', {durability: 'relaxed'})
    if (status !== 'saved' && status !== 'unchanged') {
      report.trouble.push(`${status} ${error?.code ?? ''}`)
    }
    report.overtakings += keepspace.getStatus(workspace).editing === 'here' ? 0 : 1
    for (const [name, id] of [
      ['shared', 'shared'],
      ['own', side],
    ] as const) {
      if (countOf(id) === before[name] + made[name]) {
        acknowledged[name] += made[name]
      } else {
        report.redone += made[name]
      }
    }
  }
  off()
  return {acknowledged, ...report}
}

/** What is stored, read by a Keepspace that was not there before. */
window.readTab = async () => {
  await tab().keepspace.dispose({timeoutMs: 10_000})
  const keepspace = createKeepspace({namespace: 'tabs', components: [counters], storage: localforageStorage()})
  keepspace.open(workspace)
  await keepspace.whenReady(workspace)
  const ids: readonly (Side | 'shared')[] = ['shared', ...sides]
  const read = ids.map((id) => [id, keepspace.workspace(workspace).component(counters, id).getState() ?? noCounters])
  await keepspace.dispose()
  return Object.fromEntries(read)
}
