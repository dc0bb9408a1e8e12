import type {LeaseRef} from '../machines/lease/lease.machine.ts'
import type {LeaseEmitted, LeaseEvent} from '../machines/lease/lease.setup.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {EditingPlace} from '../model/status.ts'
import type {LeaseWord, TabBus} from '../model/tab-bus.ts'
import type {Runtime} from './runtime.ts'
import type {Workspaces} from './workspaces.ts'

/** Which tab edits which workspace. */
export type Leases = {
  /** Follows the lease of a workspace that was just brought into memory. */
  watch(id: WorkspaceId): void
  edited(id: WorkspaceId): void
  editing(id: WorkspaceId): EditingPlace
  /** Resolves when the tab that edited before has handed over, within a bound; undefined when there is nothing to wait for. */
  turn(id: WorkspaceId): Promise<void> | undefined
  /** What was read meanwhile may show that another tab has taken over. */
  watchFence<Result>(runtime: Runtime, reading: Promise<Result>): Promise<Result>
  /** It left the memory of this tab: who follows it may go on at once. */
  released(id: WorkspaceId): void
  /** The page is hidden or goes: others may edit. */
  giveUpAll(): void
  /** The page is seen again. */
  comeBack(): void
  close(): void
}

/** While this tab edits, its lease hears of edits this often: each keystroke would start its timer anew. */
const TELL_EVERY_MS = 1_000

/** Makes the leases. What they say is a courtesy between tabs; what may be written is decided by storage. */
export function createLeases(context: {
  readonly bus: TabBus
  readonly now: () => number
  readonly workspaces: Workspaces
  readonly lease: (id: WorkspaceId) => LeaseRef | undefined
  readonly statusChanged: (id: WorkspaceId) => void
}): Leases {
  const {bus, now, workspaces, lease, statusChanged} = context
  const toldMs = new Map<WorkspaceId, number>()

  const say = (workspaceId: WorkspaceId, word: LeaseWord) => bus.post({type: 'lease', workspaceId, word})
  const tell = (id: WorkspaceId, event: LeaseEvent) => lease(id)?.send(event)
  const editing = (id: WorkspaceId): EditingPlace => {
    const snapshot = lease(id)?.getSnapshot()
    if (snapshot?.hasTag('here')) {
      return 'here'
    }
    return snapshot?.hasTag('elsewhere') ? 'elsewhere' : 'nobody'
  }
  const announce = (id: WorkspaceId, {type}: LeaseEmitted) => {
    const runtime = workspaces.get(id)
    if (runtime !== undefined && type !== 'lease.wanted' && type !== 'lease.doubted') {
      runtime.isTakingOver = type === 'lease.taken'
    }
    const word = wordFor[type]
    if (word !== undefined) {
      say(id, word)
    }
  }
  const stop = bus.subscribe((message) => {
    if (message.type !== 'lease') {
      return
    }
    const {workspaceId, word} = message
    if (word !== 'asked') {
      tell(workspaceId, eventFor[word])
    } else if (editing(workspaceId) === 'here') {
      say(workspaceId, 'taken')
    }
  })

  return {
    watch: (id) => {
      const actor = lease(id)
      if (actor === undefined) {
        return
      }
      for (const type of Object.keys(wordFor) as LeaseEmitted['type'][]) {
        actor.on(type, (emitted) => announce(id, emitted))
      }
      actor.subscribe((snapshot) => {
        workspaces.get(id)?.store.setRunsElsewhere(snapshot.hasTag('elsewhere'))
        statusChanged(id)
      })
      say(id, 'asked')
    },
    edited: (id) => {
      const atMs = now()
      if (editing(id) !== 'here' || atMs - (toldMs.get(id) ?? 0) >= TELL_EVERY_MS) {
        toldMs.set(id, atMs)
        tell(id, {type: 'edit.recorded'})
      }
    },
    editing,
    turn: (id) => turnOf(lease(id)),
    watchFence: async (runtime, reading) => {
      const {fence} = runtime
      const result = await reading
      if (runtime.fence > fence && !runtime.isTakingOver) {
        tell(runtime.id, {type: 'fence.passed'})
      }
      return result
    },
    released: (id) => tell(id, {type: 'release.requested'}),
    giveUpAll: () => {
      for (const {id} of workspaces.all()) {
        tell(id, {type: 'release.requested'})
      }
    },
    comeBack: () => {
      for (const {id} of workspaces.all()) {
        say(id, 'asked')
      }
    },
    close: stop,
  }
}

/** What the other tabs are told. Who lost it hears of the new holder, and says nothing. */
const wordFor: Readonly<Record<LeaseEmitted['type'], LeaseWord | undefined>> = {
  'lease.taken': 'taken',
  'lease.given': 'given',
  'lease.wanted': 'wanted',
  'lease.doubted': 'asked',
  'lease.lost': undefined,
}

const eventFor: Readonly<Record<Exclude<LeaseWord, 'asked'>, LeaseEvent>> = {
  taken: {type: 'holder.seen'},
  given: {type: 'holder.left'},
  wanted: {type: 'handover.requested'},
}

function turnOf(actor: LeaseRef | undefined): Promise<void> | undefined {
  if (!actor?.getSnapshot().hasTag('waiting')) {
    return undefined
  }
  return new Promise((resolve) => {
    const watching = actor.subscribe({
      next: (snapshot) => {
        if (!snapshot.hasTag('waiting')) {
          watching.unsubscribe()
          resolve()
        }
      },
      // A lease that is stopped keeps nobody waiting.
      complete: resolve,
      error: () => resolve(),
    })
  })
}
