import type {AnyActorRef, InspectionEvent} from 'xstate'
import type {KeepspaceOptions} from '../../src/host/options.ts'
import type {createKeepspace} from '../../src/keepspace.ts'
import type {KeepspaceEvent} from '../../src/model/events.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import type {IdSource} from '../../src/model/ids.ts'
import type {StoragePort, StorageTarget} from '../../src/model/storage-port.ts'
import {type AnsweredStorage, answeredStorage} from '../../src/testing/answered-storage.ts'
import {createSimulatedTime, type SimulatedTime} from '../../src/testing/simulated-time.ts'
import type {FaultyMethod} from '../../src/testing/storage-faults.ts'
import {note} from '../support/definitions.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {assertSame} from './same.ts'

/** The product and the storage that models are compared with: the source in Node, or the built package in a browser. */
export type World = {
  readonly createKeepspace: typeof createKeepspace
  /** An empty storage, a new one each time. */
  readonly newTarget: () => StorageTarget
}

/** The running product under a model's control. */
export type RealSystem = {
  readonly world: World
  readonly keepspace: Keepspace
  readonly time: SimulatedTime
  readonly storage: AnsweredStorage
  /** A connection of its own to what is really stored. */
  readonly stored: StoragePort
  /** The same storage for another tab. */
  readonly target: StorageTarget
  readonly events: KeepspaceEvent[]
  readonly dropped: readonly string[]
  /** A running actor by its id, for what the public API never sends at that moment. */
  actor(id: string): AnyActorRef
  /** Called with every inspection event, before the chart goes on. */
  readonly watch: {onInspect: (event: InspectionEvent) => void}
  settle(): Promise<void>
  stop(): Promise<void>
}

/** What every key of the product begins with. */
export const SCOPE_PREFIX = 'scope/models%2Flocal/'

/** Starts the whole product on a clock that stands still, over storage whose chosen calls wait. */
export async function startSystem(
  world: World,
  {
    inspect,
    waits,
    records = [],
    ...options
  }: Partial<KeepspaceOptions> & {
    readonly inspect: (event: InspectionEvent) => void
    readonly waits: (method: FaultyMethod, args: readonly unknown[], system: {readonly isReady: boolean}) => boolean
    /** What is stored before. */
    readonly records?: readonly {readonly key: string; readonly value: unknown}[]
  },
): Promise<RealSystem> {
  const time = createSimulatedTime(1_000_000)
  const target = world.newTarget()
  const stored = await target.open()
  if (records.length > 0) {
    const expected = {key: 'models/prepared', revision: 0}
    await stored.commit([{commitId: 'prepared' as never, expect: expected, puts: records, deletes: []}], {
      durability: 'relaxed',
    })
  }
  const readiness = {isReady: false}
  const storage = answeredStorage(target, (method, args) => waits(method, args, readiness))
  const watcher = watchDropped()
  const actors = new Map<string, AnyActorRef>()
  const events: KeepspaceEvent[] = []
  const settle = async () => {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await time.settle()
      quiet = storage.running > 0 ? 0 : quiet
    }
  }
  const watch: RealSystem['watch'] = {onInspect: () => undefined}
  const system: RealSystem = {
    world,
    keepspace: world.createKeepspace({
      namespace: 'models',
      components: [note],
      storage: storage.target,
      time,
      ids: countingIds(),
      random: () => 1,
      isDevelopment: false,
      ...options,
      inspect: (event) => {
        if (event.type === '@xstate.actor') {
          actors.set((event.actorRef as AnyActorRef).id, event.actorRef as AnyActorRef)
        }
        inspect(event)
        watcher.inspect(event)
        watch.onInspect(event)
      },
    }),
    time,
    storage,
    stored,
    target,
    events,
    dropped: watcher.dropped,
    actor: (id) => actors.get(id) as AnyActorRef,
    watch,
    settle,
    stop: async () => {
      await stored.close()
    },
  }
  system.keepspace.on('*', (event) => void events.push(event))
  await settle()
  readiness.isReady = true
  return system
}

/** The newest running actor of a chart that the product starts beside the others. */
export function followActor({watch}: RealSystem, chartId: string): () => AnyActorRef | undefined {
  let found: AnyActorRef | undefined
  const {onInspect} = watch
  watch.onInspect = (event) => {
    onInspect(event)
    const {logic} = event.actorRef as {readonly logic?: {readonly id?: string}}
    found = event.type === '@xstate.actor' && logic?.id === chartId ? (event.actorRef as AnyActorRef) : found
  }
  return () => found
}

/** What must hold whatever the state is: no event was dropped, and no chart ended by a fault. */
export function assertHealthy({dropped, events}: RealSystem): void {
  assertSame('events that no chart took', dropped, [])
  assertSame(
    'charts that ended by a fault',
    events.filter(({type}) => type === 'actor_failed'),
    [],
  )
}

export function countingIds(prefix = 'id'): IdSource {
  let count = 0
  return {
    next: () => {
      count += 1
      return `${prefix}-${count}`
    },
  }
}

/** Titles of the records under a prefix that are really stored. */
export async function storedTitles({stored}: RealSystem, prefix: string): Promise<readonly string[]> {
  const records = await stored.readPrefix(SCOPE_PREFIX + prefix)
  return records.map(({value}) => (value as {title: string}).title)
}

/** The text of the note `n1` of a workspace that is really stored. */
export async function storedText({stored}: RealSystem, workspaceId: string): Promise<string | undefined> {
  const records = await stored.readPrefix(`${SCOPE_PREFIX}c/${workspaceId}/n1/state`)
  const [json] = records.map(({value}) => (value as {readonly json: string}).json)
  return json === undefined ? undefined : JSON.parse(json).text
}
