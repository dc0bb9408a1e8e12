import {autosaveMachine, type SweepOutput, type SweepTrigger} from '../../src/machines/autosave/autosave.machine.ts'
import {defaultAutosave} from '../../src/machines/autosave/autosave.policy.ts'
import {AUTOSAVE_ACTOR_ID} from '../../src/machines/root/root.machine.ts'
import {defaultWriterPolicy} from '../../src/machines/writer/writer.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {PageEvent} from '../../src/model/page-lifecycle.ts'
import type {CommitGroup} from '../../src/model/storage-port.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {createFakePage, type FakePage} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {recordsOfWorkspaces} from './prepared-records.ts'
import {assertSame} from './same.ts'
import {type RealSystem, startSystem, storedText, type World} from './start-system.ts'

type Notebook = {
  typed: number
  /** The edit that storage acknowledged last. */
  saved: number
  /** Why each sweep that found something began. */
  readonly begun: SweepTrigger[]
  ended: number
  faults: number
}

type AutosaveSystem = RealSystem & {readonly page: FakePage; readonly notebook: Notebook}

const id = 'w1' as WorkspaceId
/** Longer than any path: only the sweep saves. */
const NEVER_MS = 1e9
const pageEvents = {online: 'online', visible: 'visible', resumed: 'resumed'} as const

/** Somebody types into a workspace that does not save itself; storage answers what the sweep asks of it. */
export const autosaveModel = (world: World): ChartModel<typeof autosaveMachine, AutosaveSystem> => ({
  machine: autosaveMachine,
  input: {policy: defaultAutosave, atMs: 0},
  place: ({context: {trigger, isAsked}}) => [trigger, isAsked],
  start: async ({inspect}) => {
    const page = createFakePage()
    const records = await recordsOfWorkspaces(world, [id])
    const system = await startSystem(world, {
      inspect,
      records,
      waits: (method, args) => method === 'commit' && isSave(args[0] as readonly CommitGroup[]),
      lifecycle: page.lifecycle,
      // What is unsaved counts as unsaved for too long.
      autosave: {...defaultAutosave, dirtyMs: 0},
      pacing: {debounceMs: NEVER_MS, maxWaitMs: NEVER_MS},
    })
    const notebook: Notebook = {typed: 0, saved: 0, begun: [], ended: 0, faults: 0}
    system.keepspace.open(id)
    await system.settle()
    const started = {...system, page, notebook}
    await type(started)
    return started
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: async (system) => {
    await system.settle()
    if (system.storage.waiting.length === 0 && system.keepspace.getStatus(id).save === 'saving') {
      await system.time.advanceAsync(defaultWriterPolicy.collectWindowMs)
      await system.settle()
    }
  },
  events: {
    'sweep.requested': {
      cases: (snapshot) =>
        snapshot.matches('sweeping') && snapshot.context.isAsked
          ? []
          : [{trigger: 'online'}, {trigger: 'visible'}, {trigger: 'resumed'}],
      perform: ({page}, {trigger}) => page.emit(pageEvents[trigger as keyof typeof pageEvents] satisfies PageEvent),
    },
  },
  done: {
    sweep: {
      cases: (): readonly SweepOutput[] => [{atMs: 0, attempted: 1, saved: 1}],
      perform: async (system) => {
        await answer(system)
        system.notebook.ended += 1
      },
    },
  },
  failed: {
    sweep: {
      cases: () => [new KeepspaceError('usage')],
      // A sweep that fails is a fault of our own: there is no way to bring it about.
      perform: async (system, error) => {
        system.actor(AUTOSAVE_ACTOR_ID).send({type: 'xstate.error.actor.0.autosave.sweeping', error})
        system.notebook.faults += 1
        await answer(system)
      },
    },
  },
  states: {
    '': async (system, {context}) => {
      const {dropped, events, notebook} = system
      assertSame('events that no chart took', dropped, [])
      const faults = events.filter(({type: name}) => name === 'actor_failed').length
      assertSame('faults that were told', faults, notebook.faults)
      assertSame(
        'what is stored',
        await storedText(system, id),
        notebook.saved === 0 ? 'stored' : `text ${notebook.saved}`,
      )
      assertSame('sweeps that ended well', context.sweeps, notebook.ended)
    },
    waiting: nothingIsSaved,
    resting: nothingIsSaved,
    sweeping: async (system, {context}) => {
      const {keepspace, storage, notebook, events} = system
      const begun = events.flatMap((event) => (event.type === 'background_autosave_start' ? [event.trigger] : []))
      assertSame('saves with storage', storage.waiting.length, 1)
      assertSame('save', keepspace.getStatus(id).save, 'saving')
      const count = notebook.ended + notebook.faults + 1
      assertSame(
        'sweeps, and why the last one began',
        [begun.length, begun.at(-1)],
        [count, triggerOf(notebook, context)],
      )
    },
  },
})

/** The product tidies up meanwhile. */
function isSave(groups: readonly CommitGroup[]): boolean {
  return groups.some(({puts}) => puts.some(({key}) => key.includes('/c/')))
}

/** While it runs, the chart already knows why the next one will begin. */
function triggerOf({begun, ended, faults}: Notebook, context: {trigger: SweepTrigger; isAsked: boolean}): SweepTrigger {
  const count = ended + faults
  if (begun.length === count) {
    begun.push(context.trigger)
  }
  return begun[count] ?? context.trigger
}

function nothingIsSaved({keepspace, storage}: AutosaveSystem): void {
  assertSame('saves with storage', storage.waiting.length, 0)
  assertSame('save', keepspace.getStatus(id).save, 'unsaved')
}

async function type({keepspace, notebook, settle}: AutosaveSystem): Promise<void> {
  notebook.typed += 1
  keepspace
    .workspace(id)
    .component(note, 'n1')
    .set({text: `text ${notebook.typed}`})
  await settle()
}

/** Storage takes what was sent, while somebody types on. */
async function answer(system: AutosaveSystem): Promise<void> {
  const {notebook, storage} = system
  notebook.saved = notebook.typed
  await type(system)
  storage.waiting[0]?.succeed()
}
