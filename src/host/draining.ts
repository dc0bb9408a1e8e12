import type {WorkspaceId} from '../model/ids.ts'
import type {SaveOutcome, SaveReason} from '../model/save.ts'
import type {LateReason, LateTarget} from '../model/shutdown.ts'
import type {Time} from '../model/time.ts'
import {pause} from '../services/time/pause.ts'
import {within} from './closing.ts'
import type {Runtime} from './runtime.ts'

/** Pauses between the tries for one workspace; the last one is repeated. */
const RETRY_PAUSES_MS = [10, 50, 100, 250, 500] as const

/** What draining needs from the rest. */
export type DrainingContext = {
  readonly time: Time
  readonly runtimes: () => readonly Runtime[]
  readonly persist: (id: WorkspaceId, reason: SaveReason) => Promise<SaveOutcome>
  readonly flushSettings: () => Promise<void>
  readonly lateSettings: () => readonly string[]
  /** False when storage is gone with the page. */
  readonly isPersistent: () => boolean
}

/** One try to make everything durable. */
export type Drain = {
  /** Resolves when all is durable, when what is not cannot be helped by waiting, or when the bound is over. */
  run(): Promise<void>
  /** Starts no further try. */
  stop(): void
  readonly outcomes: readonly SaveOutcome[]
}

/** Prepares one try. `progressed` hears how many of how many are durable. */
export function createDrain(
  context: DrainingContext,
  endsAtMs: number,
  progressed: (total: number, durable: number) => void,
): Drain {
  const {time} = context
  const outcomes = new Map<WorkspaceId, SaveOutcome>()
  let isOver = false

  const drainOne = async ({id, store}: Runtime): Promise<void> => {
    for (let tries = 0; !isOver; tries += 1) {
      const outcome = await context.persist(id, 'shutdown')
      outcomes.set(id, outcome)
      if (!store.hasUnsaved() || !mayRecover(outcome)) {
        return
      }
      await pause(time, RETRY_PAUSES_MS[Math.min(tries, RETRY_PAUSES_MS.length - 1)] as number)
    }
  }

  return {
    run: async () => {
      const targets = context.runtimes().filter(({store}) => store.phase === 'loaded' || store.hasUnsaved())
      let durable = 0
      progressed(targets.length, durable)
      const saving = targets.map(async (runtime) => {
        await drainOne(runtime)
        if (!isOver && !runtime.store.hasUnsaved()) {
          durable += 1
          progressed(targets.length, durable)
        }
      })
      await within({time, endsAtMs}, Promise.all([...saving, context.flushSettings()]))
      isOver = true
    },
    stop: () => {
      isOver = true
    },
    get outcomes() {
      return [...outcomes.values()]
    },
  }
}

/** Whether the same request may succeed a moment later without anybody's help. */
function mayRecover({status, error}: SaveOutcome): boolean {
  if (status === 'saved' || status === 'unchanged') {
    return error === undefined
  }
  return status === 'failed' && error !== undefined && transient.has(error.code)
}

const transient: ReadonlySet<string> = new Set(['storage.unavailable', 'storage.timeout', 'storage.lost'])

/** Everything whose newest version exists only in memory right now, each with the reason. */
export function findLate(context: DrainingContext): readonly LateTarget[] {
  const isPersistent = context.isPersistent()
  const workspaces = context.runtimes().flatMap((runtime): readonly LateTarget[] => {
    const isLost = !isPersistent && runtime.lastSavedAt !== undefined
    if (runtime.isReleased || !(runtime.store.hasUnsaved() || isLost)) {
      return []
    }
    const snapshot = runtime.actor?.getSnapshot()
    const since = runtime.wallTimeOf(snapshot?.context.dirtySinceMs)
    const [reason, error] = reasonOf(runtime, isPersistent)
    return [{targetKind: 'workspace', target: runtime.id, reason, since, error}]
  })
  const settings = context.lateSettings().map((name): LateTarget => {
    const reason = isPersistent ? 'failed' : 'memoryOnly'
    return {targetKind: 'setting', target: name, reason, since: undefined, error: undefined}
  })
  return [...workspaces, ...settings]
}

function reasonOf({actor, store}: Runtime, isPersistent: boolean): readonly [LateReason, LateTarget['error']] {
  const snapshot = actor?.getSnapshot()
  const error = snapshot?.context.error
  if (!isPersistent) {
    return ['memoryOnly', error]
  }
  if (store.phase === 'loading' || snapshot === undefined) {
    return ['notLoaded', error]
  }
  if (snapshot.matches({hot: 'conflicted'})) {
    return ['conflict', error]
  }
  if (snapshot.hasTag('saving')) {
    return ['noAnswer', undefined]
  }
  if (error !== undefined) {
    return ['failed', error]
  }
  const setAside = store.getProblems().find(({kind}) => kind === 'setAside')
  return setAside === undefined ? ['noAnswer', undefined] : ['setAside', setAside.error]
}
