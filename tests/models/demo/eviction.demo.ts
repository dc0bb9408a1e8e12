import type {SnapshotFrom} from 'xstate'
import type {evictionMachine} from '../../../src/machines/eviction/eviction.machine.ts'
import {EVICTION_ACTOR_ID} from '../../../src/machines/root/root.machine.ts'
import type {ChartModel} from '../../../src/testing/chart-model.ts'
import {evictionIds, evictionModel, residentsIn, type Told} from '../eviction.model.ts'
import {assertSame} from '../same.ts'
import {byHand} from './by-hand.ts'
import {type DemoPage, openDrivenPage, type View} from './demo-page.ts'
import type {DrivenDemo} from './driven-demo.ts'
import {planningWorld} from './planning-world.ts'
import {preparedRecords} from './prepared.ts'
import {soon} from './soon.ts'

type Snapshot = SnapshotFrom<typeof evictionMachine>
type Step = {readonly before: Snapshot}

type Notebook = {
  /** Left although nobody counted since. */
  gone: string | undefined
  /** How many were let go. */
  evicted: number
}

type System = DemoPage & {readonly notebook: Notebook}

/** Somebody goes from tab to tab and changes how many may be in memory; the app agrees to what has to leave, or not. */
export const evictionByHand = (demo: DrivenDemo): ChartModel<typeof evictionMachine, System> => {
  const planned = evictionModel(planningWorld)
  const {machine} = planned
  return byHand(planned, {
    start: async ({inspect}) => {
      const page = await openDrivenPage({
        demo,
        chart: machine.id,
        machine,
        inspect,
        records: await preparedRecords(demo, evictionIds),
        ids: evictionIds,
        query: {cap: '1'},
        hash: `#/w/${evictionIds[0]}`,
      })
      await page.drive('holdEvictions')
      return {...page, notebook: {gone: undefined, evicted: 0}}
    },
    stop: (system) => system.stop(),
    time: ({drive}) => ({advanceAsync: (ms) => drive('advance', ms)}),
    settle: async (system) => {
      await system.settle()
      // What is written at last gathers first.
      await system.drive('advance', 0)
      await system.settle()
    },
    events: {
      'census.taken': makeCensus,
      'cap.changed': async ({page}: System, {cap}: {readonly cap: number}) => {
        await page.locator('.memory-button').click()
        await page.getByRole('button', {name: cap === 1 ? 'Decrease' : 'Increase'}).click()
        await page.keyboard.press('Escape')
      },
      'smart.changed': send('smart.changed'),
      'memory.wanted': send('memory.wanted'),
      'storage.recovered': send('storage.recovered'),
    },
    done: {
      persistVictim: async (system: System, output: {readonly isReleased: boolean}, {before}: Step) => {
        const {page, notebook, drive} = system
        if (output.isReleased) {
          notebook.evicted += 1
        } else {
          // Whoever opens it again keeps it; what was asked before it may go ends as well.
          await page.evaluate((id) => void window.keepspace.open(id), before.context.victimId ?? '')
        }
        await drive('answerEviction', output.isReleased)
        await drive('advance', 0)
      },
      takeCensus: () => undefined,
    },
    failed: {
      persistVictim: ({drive}: System) => drive('answerEviction', false),
      takeCensus: (system: System, _: unknown, {before}: Step) => {
        const state = `eviction.${String(before.value)}`
        const act = {kind: 'fail', actorId: EVICTION_ACTOR_ID, type: `xstate.error.actor.0.${state}`} as const
        return system.atState(state, act)
      },
    },
    states: {
      '': (system, snapshot) =>
        soon(system, (view) => {
          assertSame('what went wrong', view.faults, [])
          assertResidents(system, snapshot, view)
          assertTold(snapshot, view)
          assertSame('evictions that were told', view.evicted, system.notebook.evicted)
          const leaving = evictionIds.filter((_, index) => view.statuses[index]?.phase === 'evicting')
          assertSame('who is leaving', leaving, snapshot.matches('persisting') ? [snapshot.context.victimId] : [])
        }),
    },
  })
}

function send(type: string) {
  return ({drive}: System, payload: object) => drive('send', EVICTION_ACTOR_ID, {type, ...payload})
}

async function makeCensus(system: System, {kind, candidates}: Told, {before}: Step): Promise<void> {
  const {page, notebook, drive} = system
  const known = residentsIn(before)
  const shown = candidates.find(({isVisible}) => isVisible)?.id ?? ''
  const added = candidates.find(({id}) => !known.some((resident) => resident.id === id))?.id ?? ''
  const hidden = candidates.find(({isVisible}) => !isVisible)?.id ?? ''
  switch (kind) {
    case 'same':
      await page.evaluate((id) => void window.keepspace.activate(id), shown)
      return
    case 'beside':
      // Two at once are shown by other apps.
      await page.evaluate((id) => void window.keepspace.activate(id), added)
      return
    case 'instead':
      await page.locator('.tab-button').filter({hasText: added}).click()
      return
    case 'hidden':
      await page.evaluate((id) => window.keepspace.hide(id), hidden)
      return
    case 'fewer': {
      const leaving = known.find(({isVisible}) => !isVisible)?.id ?? ''
      notebook.gone = leaving
      await drive('unload', leaving)
      await system.settle()
      await drive('answerEviction', true)
    }
  }
}

function assertResidents({notebook}: System, snapshot: Snapshot, {statuses, hot, seen}: View): void {
  // Also those that wait for room: they are weighed, but not loaded.
  const wanted = evictionIds.filter((_, index) => statuses[index]?.phase !== 'cold')
  const residents = residentsIn(snapshot).flatMap(({id}) => (id === notebook.gone ? [] : id))
  assertSame('workspaces in memory or on their way', wanted, residents.toSorted())
  assertSame(
    'others in memory',
    hot.filter((id) => !residents.includes(id)),
    [],
  )
  const tabs = evictionIds.map((id) => `${id} ${(hot as readonly string[]).includes(id) ? 'in memory' : 'on disk'}`)
  assertSame(
    'tabs',
    seen.tabs.map((tab) => `${tab.slice(0, 2)} ${/in memory|on disk/.exec(tab)?.[0]}`),
    tabs,
  )
  assertSame('the count of those in memory', seen.memory, `${hot.length}/${snapshot.context.cap}`)
}

function assertTold({context}: Snapshot, {isOverCap, cap, hot, seen}: View): void {
  const isTold = context.isOverCap && (context.isBlocked || context.isDegraded)
  assertSame('what is told', {isOverCap, cap}, {isOverCap: isTold, cap: context.cap})
  const banner = `${hot.length} workspaces in memory instead of ${cap}.`
  assertSame('the warning of too many', seen.banners, isTold && hot.length > cap ? [banner] : [])
}
