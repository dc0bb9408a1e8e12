import {expect} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import type {AnyComponentDefinition} from '../../src/model/component-definition.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakePage, type FakePage} from '../../src/testing/fake-page.ts'
import {createSimulatedTime, type SimulatedTime} from '../../src/testing/simulated-time.ts'
import {note, timer} from '../support/definitions.ts'
import {type CallFault, type NthCallStorage, nthCallStorage} from './nth-call.ts'

/** Workspaces that exist when a scenario begins, each with one saved note `n1`. */
const loopWorkspaces = ['a', 'b', 'c'] as const

/** What a scenario works with. */
export type LoopContext = {
  readonly keepspace: Keepspace
  readonly page: FakePage
  readonly time: SimulatedTime
  /** Another tab, or the next page. */
  again(components?: readonly AnyComponentDefinition[]): Promise<Keepspace>
  /** Sets the text of the note `n1` and remembers it. A refusal is an answer. */
  edit(tab: Keepspace, id: string, text: string): void
  /** What the note shows from now on, without an edit of its text. */
  remember(id: string, text: string): void
  /** Waits for an answer, good or bad; undefined when it was bad or the page is gone. */
  answer<Value>(promise: Promise<Value>): Promise<Value | undefined>
  /** An explicit save; what it acknowledges must not be lost. */
  save(tab: Keepspace, id: string): Promise<void>
  wait(ms: number): Promise<void>
}

export type Scenario = {readonly name: string; run(context: LoopContext): Promise<void>}

const RECOVERY_MS = 120_000

/** Runs a scenario whose n-th call to storage meets a fault; answers whether there was such a call. */
export async function runWithFault(scenario: Scenario, n: number, fault: CallFault): Promise<boolean> {
  const time = createSimulatedTime(1_000_000)
  const storage = nthCallStorage(memoryStorage({isPersistent: true}), time)
  const tabs: Keepspace[] = []
  const texts = new Map<string, string[]>(loopWorkspaces.map((id) => [id, ['at first']]))
  const acknowledged = new Map<string, number>(loopWorkspaces.map((id) => [id, 0]))
  const page = createFakePage()
  const start = async (components: readonly AnyComponentDefinition[] = [note, timer]) => {
    const tab = createKeepspace({
      namespace: 'loop',
      components,
      storage: storage.target,
      time,
      random: () => 1,
      lifecycle: tabs.length === 0 ? page.lifecycle : createFakePage().lifecycle,
      cap: 2,
    })
    tabs.push(tab)
    await time.settle()
    return tab
  }
  const answer = async <Value>(promise: Promise<Value>): Promise<Value | undefined> => {
    let isDone = false
    const done = promise.then(
      (value) => ({value}),
      () => ({value: undefined}),
    )
    void done.then(() => {
      isDone = true
    })
    await time.settle()
    while (!isDone && !storage.isKilled) {
      await time.advanceAsync(100)
    }
    return storage.isKilled ? undefined : (await done).value
  }
  const keepspace = await start()
  const context: LoopContext = {
    keepspace,
    page,
    time,
    again: start,
    answer,
    remember: (id, text) => texts.get(id)?.push(text),
    edit: (tab, id, text) => {
      try {
        tab.workspace(id).component(note, 'n1').set({text})
        texts.get(id)?.push(text)
      } catch {
        // Not accepted, and so not promised.
      }
    },
    save: async (tab, id) => {
      const index = (texts.get(id)?.length ?? 0) - 1
      const outcome = await answer(tab.persist(id, 'explicit'))
      if (outcome?.status === 'saved' || outcome?.status === 'unchanged') {
        acknowledged.set(id, Math.max(index, acknowledged.get(id) ?? 0))
      }
    },
    wait: (ms) => time.advanceAsync(ms),
  }
  await prepare(context)
  storage.arm(n, fault)
  await scenario.run(context)
  await judge({storage, tabs, texts, acknowledged, context})
  return storage.hasStruck
}

async function prepare({keepspace, answer}: LoopContext): Promise<void> {
  const entryId = await answer(keepspace.catalogue.createEntry({title: 'Entry', id: 'entry'}))
  for (const id of loopWorkspaces) {
    await answer(keepspace.catalogue.createWorkspace({entryId: entryId as never, title: id, id}))
    const workspace = await answer(keepspace.whenReady(id))
    workspace?.add(note, {id: 'n1', state: {text: 'at first'}})
    await answer(keepspace.persist(id, 'explicit'))
    await answer(keepspace.unload(id))
  }
}

/** Faults are over: the status tells the truth, everything becomes durable, and a new page finds what was acknowledged. */
async function judge(found: {
  readonly storage: NthCallStorage
  readonly tabs: readonly Keepspace[]
  readonly texts: ReadonlyMap<string, readonly string[]>
  readonly acknowledged: ReadonlyMap<string, number>
  readonly context: LoopContext
}): Promise<void> {
  const {storage, tabs, texts, acknowledged, context} = found
  const {isKilled} = storage
  storage.disarm()
  if (!isKilled) {
    const open = tabs.filter((tab) => tab.getSnapshot().storage.phase !== 'closed')
    // A person tries again what could not be read.
    for (const tab of open) {
      for (const id of tab.getSnapshot().hot.filter((one) => tab.getStatus(one).phase === 'loadFailed')) {
        tab.workspace(id).retryLoad()
      }
    }
    await context.wait(RECOVERY_MS)
    for (const tab of open) {
      const unsaved = tab.getSnapshot().hot.map((id) => tab.getStatus(id))
      expect(unsaved.filter(({phase, save}) => phase !== 'hot' || save !== 'saved')).toEqual([])
    }
  }
  const fresh = await context.again()
  await context.time.advanceAsync(100)
  for (const [id, values] of texts) {
    await context.time.advanceAsync(10)
    const ready = fresh.whenReady(id)
    ready.catch(() => undefined)
    await context.time.advanceAsync(500)
    const text = fresh.workspace(id).component(note, 'n1').getState()?.text ?? 'nothing'
    const least = isKilled ? (acknowledged.get(id) ?? 0) : values.length - 1
    expect(values.slice(least), `${id} after everything`).toContain(text)
  }
}
