import type {SnapshotFrom} from 'xstate'
import {activityMachine} from '../../src/machines/activity/activity.machine.ts'
import type {PageEvent} from '../../src/model/page-lifecycle.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {createFakePage, type FakePage} from '../../src/testing/fake-page.ts'
import {assertSame} from './same.ts'
import {assertHealthy, type RealSystem, startSystem, type World} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof activityMachine>

type ActivitySystem = RealSystem & {readonly page: FakePage; readonly notebook: {sinceMs: number}}

const PAUSE_MS = 1_000

/** A window opened in the background: the browser says what happens to it, in every order. */
export const activityModel = (world: World): ChartModel<typeof activityMachine, ActivitySystem> => ({
  machine: activityMachine,
  input: {isVisible: false, isFocused: true, atMs: 0},
  place: ({context: {isVisible, isFocused}}) => [isVisible, isFocused],
  start: async ({inspect}) => {
    const page = createFakePage({isVisible: false, isFocused: true})
    const system = await startSystem(world, {inspect, waits: () => false, lifecycle: page.lifecycle})
    return {...system, page, notebook: {sinceMs: system.time.now()}}
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: (system) => system.settle(),
  events: {
    'page.focused': told('focused'),
    'page.blurred': told('blurred'),
    'page.shown': told('visible'),
    'page.hidden': told('hidden'),
    'page.frozen': told('frozen'),
    'page.resumed': told('resumed'),
  },
  states: {
    '': (system, {value}) => {
      assertHealthy(system)
      const {state, since} = system.keepspace.activity.getSnapshot()
      assertSame('the window', {state, since}, {state: value, since: system.notebook.sinceMs})
    },
  },
})

/** A moment after whatever was before, so that it shows since when. */
function told(event: PageEvent) {
  return {
    cases: ({context}: Snapshot) => [{atMs: context.sinceMs + PAUSE_MS}],
    perform: async (
      {page, notebook, time}: ActivitySystem,
      _: {atMs: number},
      {before, after}: {readonly before: Snapshot; readonly after: Snapshot},
    ) => {
      await time.advanceAsync(PAUSE_MS)
      notebook.sinceMs = after.context.sinceMs === before.context.sinceMs ? notebook.sinceMs : time.now()
      page.emit(event)
    },
  }
}
