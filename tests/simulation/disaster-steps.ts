import {type Action, act, expectAnswer, HOUR_MS, look, make, write} from './doings.ts'
import {editSteps, LEFT_AFTER_MS, LEFT_RUNNING, TYPING} from './edit-steps.ts'
import type {Step, StepKind} from './history.ts'
import {disposeTab, LEFT_WORDS} from './page-steps.ts'
import {createClient} from './sim-client.ts'
import type {SimTab} from './sim-tab.ts'
import {damagedState, storedHeadKey, storedStateKey, writtenByNewerApp} from './stored-format.ts'
import {allWorkspaces, MOST_TABS, storedWorkspaces, type World} from './world.ts'

/** What nobody wants. */
export const disasterSteps = {
  kill: (world, tab) => world.kill(tab),
  browserKill: (world) => killAll(world),
  osCrash: (world, tab, step) => {
    if (step.c >= 5) {
      // Somebody puts it away, and its battery ends.
      tab.page('hidden')
    }
    killAll(world)
    const lost = world.disk.crash(world.tape.pick(world.disk.unsyncedCount + 1))
    world.reached(lost.length > 0 ? 'crash lost something' : 'crash lost nothing')
    world.note({type: 'crashed', lost})
  },
  fillDisk: (world, _, step) => {
    world.database.quotaBytes = step.c % 3 === 2 ? undefined : world.disk.usedBytes + step.a * 30
  },
  damage: (world, _, step) => {
    const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
    const component = `n${step.b % 2}`
    const key = storedStateKey(workspace, component)
    const text = world.disk.records.get(key)
    if (text !== undefined) {
      world.disk.damage(key, damagedState(text))
      world.note({type: 'damaged', workspace, register: `${component}.state`})
    }
  },
  newerApp,
  freeze: (world, tab, step) => {
    world.note({type: 'slept', tab: tab.name})
    tab.page('hidden')
    tab.page('frozen')
    if (step.c >= 5) {
      tab.page(step.c === 5 ? 'frozen' : 'hidden')
    }
    tab.client.freeze()
  },
  steal: (world, tab, step) => {
    const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
    const steal = () => world.locks.steal(`keepspace/simulation/local/${workspace}`)
    if (step.c >= 4) {
      // While whoever has it is being asked for it.
      write(world, tab, workspace, step)
      world.clock.setTimeout(steal, step.b)
    } else {
      steal()
    }
  },
  clockJump: (world, tab, step) => {
    // Somebody comes back to a computer whose clock is wrong.
    const comeBack = () => {
      world.setClock(clockJumpsMs[step.c] ?? 0)
      if (step.b >= 5 && world.tabs.length < MOST_TABS) {
        look(world, world.openTab(), step)
      }
    }
    if (step.b >= 6) {
      // And waits for something that was to ring.
      editSteps.setAlarm(world, tab, {...step, b: 7, c: 0})
      world.clock.setTimeout(comeBack, CAME_BACK_AFTER_MS)
    } else {
      comeBack()
    }
  },
  wipe: (world, tab, step) => {
    world.wipe({keepsWitness: step.c < 6})
    // Somebody misses a workspace, and makes one of the same name.
    const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
    const remake = () => act(() => make(tab, workspace, `made${world.nextValue()}`, 'main'), world)
    if (step.b % 2 === 1) {
      world.clock.setTimeout(() => tab.client.run(remake), REMADE_AFTER_MS)
    }
  },
  outage: (world, tab, step) => {
    if (step.b === 1 || step.b === 2) {
      ringDuringOutage(world, tab, step)
      return
    }
    world.database.fail(world.clock.elapsed() + (outagesMs[step.c] ?? 0))
    const afterMs = step.a % 2 === 0 ? 1_500 : 30_000
    const retry = () => act(() => tab.keepspace.retryStorage(), world)
    const end = () => disposeTab(world, tab, step)
    const giveUp = () => world.tabs.includes(tab) && act(end, world)
    if (step.b >= 3) {
      world.clock.setTimeout(() => tab.client.run(step.b >= 5 ? retry : giveUp), afterMs)
    }
  },
  pressure: (world, tab, step) => {
    world.press(memoryShares[step.c] ?? 0)
    if (step.b === 3) {
      world.note({type: 'unwatched', tab: tab.name})
      expectAnswer(world, tab, 'flags', tab.keepspace.setFlags({memoryAwareEviction: false}))
    }
    if (step.b >= 4) {
      // Somebody goes on looking at one, and wants to see another one beside it a little later.
      look(world, tab, step)
      const lookOn = () => act(() => look(world, tab, {...step, a: step.a + 1}), world)
      world.clock.setTimeout(() => tab.client.run(lookOn), LOOKED_AFTER_MS)
    }
  },
} satisfies Partial<Record<StepKind, Action>>

/** Something is to ring while no write works, and the page is gone soon after. */
function ringDuringOutage(world: World, tab: SimTab, step: Step): void {
  editSteps.setAlarm(world, tab, {...step, b: 1, c: 0})
  const outageMs = outagesMs[step.c % 3] ?? 0
  world.clock.setTimeout(() => world.database.fail(world.clock.elapsed() + outageMs), OUTAGE_AFTER_MS)
  const kill = () => world.tabs.includes(tab) && world.kill(tab)
  if (step.b === 2) {
    world.clock.setTimeout(kill, OUTAGE_AFTER_MS + outageMs + step.a * 150)
  }
}

/** Just before what was set at the same time rings. */
const OUTAGE_AFTER_MS = 900

/** How long a step goes on, for what shows only when time passes and nobody does anything else meanwhile. */
export function lastingMs({kind, b, c}: Step): number {
  if (kind === 'pressure' && b >= 4 && c >= FIRST_CRITICAL) {
    return LOOKED_AFTER_MS + 1_000
  }
  if (kind === 'startTimer' && c >= LEFT_RUNNING) {
    return LEFT_AFTER_MS + LASTS_MS
  }
  const lasts =
    (kind === 'clockJump' && b >= 5) ||
    (kind === 'newerApp' && c >= 4) ||
    (kind === 'leaveTab' && c >= LEFT_WORDS) ||
    (kind === 'edit' && c === TYPING && b >= 4) ||
    (kind === 'outage' && (b === 1 || b === 2))
  return lasts ? LASTS_MS : 0
}

/** From this `c` on a page must bring nothing more into memory. */
const FIRST_CRITICAL = 5
const CAME_BACK_AFTER_MS = 400
const TYPED_AFTER_MS = 1_200
const LASTS_MS = 3_000
const outagesMs = [100, 1_000, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000]
const LOOKED_AFTER_MS = 31_000
const REMADE_AFTER_MS = 400

/** Parts of the memory of the device that are taken: every level of pressure. */
const memoryShares = [0.2, 0.55, 0.7, 0.78, 0.78, 0.9, 0.9, 0.97]

const DAY_MS = 24 * HOUR_MS
/** Both ways; also past every retention. */
const clockJumpsMs = [1_000, 60_000, -60_000, HOUR_MS, -HOUR_MS, 31 * DAY_MS, -DAY_MS, 200 * DAY_MS]

function killAll(world: World): void {
  world.database.endLaunch()
  for (const tab of [...world.tabs, ...world.leaving]) {
    world.kill(tab)
  }
}

function newerApp(world: World, tab: SimTab, step: Step): void {
  if (step.c >= 4) {
    // Somebody opens it in a page of the older app, and types there.
    const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
    const page = world.tabs.length < MOST_TABS ? world.openTab() : tab
    const open = () => act(() => look(world, page, step), world)
    const type = () => act(() => write(world, page, workspace, {...step, b: step.b % 2, c: 0}), world)
    world.clock.setTimeout(() => page.client.run(open), CAME_BACK_AFTER_MS)
    world.clock.setTimeout(() => page.client.run(type), TYPED_AFTER_MS)
  }
  writeByNewerApp(world, step)
}

function writeByNewerApp(world: World, step: Step): void {
  const workspace = allWorkspaces[step.a % storedWorkspaces.length] ?? 'w0'
  const component = `n${step.b % 2}`
  const [headKey, stateKey] = [storedHeadKey(workspace), storedStateKey(workspace, component)]
  const [head, state] = [world.disk.records.get(headKey), world.disk.records.get(stateKey)]
  if (head === undefined || state === undefined) {
    return
  }
  const value = world.nextValue()
  const text = `newer${value}`
  const isEditable = step.c % 2 === 1
  const written = writtenByNewerApp(head, state, {text, isEditable, commitId: `newer-${value}`})
  const register = `${component}.state`
  const tab = 'newerApp'
  world.note({type: 'accepted', tab, workspace, register, value: text, mode: 'catalogue', isStorable: true})
  const hasWritten = world.database.intrude(createClient(tab), [
    {key: headKey, text: written.head},
    {key: stateKey, text: written.state},
  ])
  if (hasWritten && !isEditable) {
    world.note({type: 'sealed', workspace, register})
  }
}
