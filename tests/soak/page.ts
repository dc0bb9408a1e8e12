import * as v from 'valibot'
import {createKeepspace} from '../../src/keepspace.ts'
import {defineComponent} from '../../src/model/component-definition.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {workspaceId} from '../../src/model/ids.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'

/** What happened so far. Numbers only: whatever else the page kept would count as growth of the library. */
export type SoakCounts = {
  readonly switches: number
  readonly peakRuntimes: number
  /** The cap, those that are pinned, and those that were being saved in order to leave. */
  readonly allowedRuntimes: number
  /** A workspace that was not as the model says, a default that was seen, or more in memory than allowed. */
  readonly mismatches: number
}

const note = defineComponent({
  type: 'note',
  version: 1,
  schema: v.looseObject({count: v.number(), body: v.string()}),
  initial: {count: -1, body: ''},
})

const BODY = 'The quick brown fox jumps over the lazy dog and comes back for more. '.repeat(20)
const CREATED_AT_ONCE = 50

/** Makes workspaces in an empty database, and goes through them as a person who never rests. */
function createSoak() {
  let keepspace: Keepspace
  let cap = 0
  /** What each workspace must hold. */
  let model = new Int32Array(0)
  let random = 1
  const counts = {switches: 0, peakRuntimes: 0, allowedRuntimes: 0, mismatches: 0}

  const idOf = (index: number) => `w${index}`
  const nextRandom = (below: number) => {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
    return random % below
  }
  const countRuntimes = () => {
    const {hot} = keepspace.getSnapshot()
    const besides = hot
      .map((id) => keepspace.getStatus(id))
      .filter(({phase, isPinned}) => isPinned || phase === 'evicting')
    counts.peakRuntimes = Math.max(counts.peakRuntimes, hot.length)
    counts.allowedRuntimes = Math.max(counts.allowedRuntimes, cap + besides.length)
    counts.mismatches += Number(hot.length > cap + besides.length)
  }
  const show = async (index: number) => {
    const id = idOf(index)
    const before = keepspace.getSnapshot().current
    if (before !== undefined && before !== id) {
      keepspace.hide(before)
    }
    keepspace.activate(id)
    const component = keepspace.workspace(id).component(note, 'n')
    const expected = model[index]
    const check = () => {
      const state = component.getState()
      counts.mismatches += Number(state !== undefined && state.count !== expected)
    }
    const stop = component.subscribe(check)
    check()
    await keepspace.whenReady(id)
    stop()
    counts.mismatches += Number(component.getState()?.count !== expected)
    return component
  }
  const visit = async (index: number) => {
    const component = await show(index)
    const count = (model[index] ?? 0) + 1
    component.set({count})
    model[index] = count
    counts.switches += 1
    countRuntimes()
  }

  return {
    begin: async (options: {
      readonly workspaces: number
      readonly cap: number
      readonly pinned: number
      readonly seed: number
    }) => {
      cap = options.cap
      random = options.seed
      model = new Int32Array(options.workspaces)
      keepspace = createKeepspace({
        namespace: 'soak',
        cap,
        components: [note],
        storage: localforageStorage({name: 'soak'}),
      })
      keepspace.subscribe(countRuntimes)
      await keepspace.whenStarted()
      const entryId = await keepspace.catalogue.createEntry({title: 'Soak'})
      for (let first = 0; first < options.workspaces; first += CREATED_AT_ONCE) {
        const indexes = Array.from(
          {length: Math.min(CREATED_AT_ONCE, options.workspaces - first)},
          (_, at) => first + at,
        )
        await Promise.all(
          indexes.map((index) =>
            keepspace.catalogue.createWorkspace({entryId, id: idOf(index), title: `Workspace ${index}`}),
          ),
        )
      }
      for (let index = 0; index < options.pinned; index += 1) {
        await keepspace.catalogue.setWorkspacePinned(workspaceId(idOf(index)), true)
      }
    },
    /** Each of them once for the first time: a note is added to it. */
    furnish: async (from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        const id = idOf(index)
        const before = keepspace.getSnapshot().current
        if (before !== undefined) {
          keepspace.hide(before)
        }
        keepspace.activate(id)
        await keepspace.whenReady(id)
        keepspace.workspace(id).add(note, {id: 'n', state: {count: 0, body: BODY}})
        counts.switches += 1
        countRuntimes()
      }
    },
    /** Random ones, each checked and edited, for so many milliseconds or switches. */
    wander: async (until: {readonly ms?: number; readonly switches?: number; readonly among?: number}) => {
      const endsAt = performance.now() + (until.ms ?? Number.POSITIVE_INFINITY)
      for (let done = 0; done < (until.switches ?? Number.POSITIVE_INFINITY); done += 1) {
        if (performance.now() >= endsAt) {
          return
        }
        await visit(nextRandom(until.among ?? model.length))
      }
    },
    /** Every one of them once more, against the model. */
    verify: async () => {
      for (let index = 0; index < model.length; index += 1) {
        await show(index)
      }
    },
    /** Everything is saved and nothing is on its way. */
    settle: async () => {
      await keepspace.flush()
      await new Promise((resolve) => setTimeout(resolve, 1_500))
    },
    counts: (): SoakCounts => ({...counts}),
    unsaved: async () => (await keepspace.dispose()).unsaved.length,
  }
}

declare global {
  interface Window {
    /** What the runner calls on the page. */
    soak: ReturnType<typeof createSoak>
  }
}

window.soak = createSoak()
