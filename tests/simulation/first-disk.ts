import {createChoiceTape} from './choice-tape.ts'
import {createClient, timeOf} from './sim-client.ts'
import {createSimClock} from './sim-clock.ts'
import {createSimDatabase} from './sim-database.ts'
import {createSimDisk} from './sim-disk.ts'
import {openSimTab} from './sim-tab.ts'
import {alarmsOf, allWorkspaces, HISTORY_STARTS_AT_MS, MAX_RECORD_BYTES, storedWorkspaces} from './world.ts'

/** What was added has saved itself by then: nothing here depends on saves that meet. */
const SETTLED_MS = 3_000
const LIMIT_MS = 600_000
/** So much earlier, by the clock on the wall, was it written. */
const WRITTEN_BEFORE_MS = 7_200_000

/** What is stored when a history begins, written by the product itself: four workspaces with notes, two with a timer. */
export async function makeFirstDisk(): Promise<ReadonlyMap<string, string>> {
  const clock = createSimClock(HISTORY_STARTS_AT_MS - WRITTEN_BEFORE_MS)
  const disk = createSimDisk(new Map())
  const nothing = () => undefined
  const database = createSimDatabase({
    disk,
    clock,
    tape: createChoiceTape([]),
    engine: 'sqlite',
    faults: new Set(),
    faultPercent: 0,
    listener: {
      called: nothing,
      answered: nothing,
      landed: nothing,
      read: () => nothing,
      readFailed: nothing,
      emptied: nothing,
      reached: nothing,
    },
  })
  const client = createClient('first')
  const time = timeOf(clock, client)
  const {keepspace, components} = openSimTab({
    client,
    clock,
    time,
    storage: database.target(client, time),
    locks: undefined,
    witness: undefined,
    bus: {post: nothing, subscribe: () => nothing, close: nothing},
    workspaces: allWorkspaces,
    isDevelopment: true,
    cap: allWorkspaces.length,
    maxRecordBytes: MAX_RECORD_BYTES,
    isWatched: false,
    random: () => 0,
    note: nothing,
    fail: (violation) => {
      throw new Error(violation)
    },
    reached: nothing,
  })
  const pause = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms))
  const make = async () => {
    const main = await keepspace.catalogue.createEntry({title: 'Main', id: 'main'})
    const second = await keepspace.catalogue.createEntry({title: 'Second', id: 'second'})
    for (const [index, id] of storedWorkspaces.entries()) {
      const entryId = index < 3 ? main : second
      await keepspace.catalogue.createWorkspace({entryId, title: `${id} at first`, id})
      const workspace = await keepspace.whenReady(id)
      for (const component of ['n0', 'n1']) {
        workspace.add(components.note, {id: component, state: {text: `${id}.${component} at first`}})
      }
      if (index < 2) {
        workspace.add(components.timer, {id: 't0', state: {home: `${id}/t0`}})
      }
      for (const component of alarmsOf(id)) {
        workspace.add(components.alarm, {id: component, state: {home: `${id}/${component}`}})
      }
      await pause(SETTLED_MS)
      await workspace.save()
    }
    await keepspace.dispose()
  }
  let isDone = false
  const made = make().finally(() => {
    isDone = true
  })
  while (!isDone && clock.elapsed() < LIMIT_MS) {
    await clock.advance(50, nothing)
  }
  if (!isDone) {
    throw new Error('The product does not even store what a history begins with.')
  }
  await made
  return disk.records
}
