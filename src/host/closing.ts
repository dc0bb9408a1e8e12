import type {WorkspaceId} from '../model/ids.ts'
import type {FlushReport, SaveOutcome} from '../model/save.ts'
import type {Time} from '../model/time.ts'
import type {Runtime} from './runtime.ts'
import type {System} from './system.ts'

/**
 * Saves every workspace given and says which are not durable afterwards, each by name. With a bound it answers when the
 * bound is over, whatever storage does: a save without an answer counts as unsaved.
 */
export async function flushRuntimes(
  runtimes: readonly Runtime[],
  save: (id: WorkspaceId) => Promise<SaveOutcome>,
  bound?: Bound,
): Promise<FlushReport> {
  const outcomes: SaveOutcome[] = []
  const loaded = runtimes.filter(({store}) => store.phase === 'loaded')
  const saving = Promise.all(loaded.map(async ({id}) => void outcomes.push(await save(id))))
  await (bound === undefined ? saving : within(bound, saving))
  const unsaved = runtimes.filter(({isReleased, store}) => !isReleased && store.hasUnsaved()).map(({id}) => id)
  return {outcomes: [...outcomes], unsaved}
}

/** Until when something may take, as {@link Time.elapsed} counts. */
export type Bound = {readonly time: Time; readonly endsAtMs: number}

/** Waits for `work`, but not beyond the bound. What fails has failed: nobody is left to try again. */
export function within({time, endsAtMs}: Bound, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = time.setTimeout(resolve, Math.max(0, endsAtMs - time.elapsed()))
    const finish = () => {
      time.clearTimeout(timer)
      resolve()
    }
    work.then(finish, finish)
  })
}

/** Resolves when the writer has committed what was asked before, or given up on it. */
export function closeWriter({writer}: System): Promise<void> {
  writer.send({type: 'close.requested'})
  return new Promise((resolve) => {
    if (writer.getSnapshot().hasTag('closed')) {
      resolve()
      return
    }
    const subscription = writer.subscribe((snapshot) => {
      if (snapshot.hasTag('closed')) {
        subscription.unsubscribe()
        resolve()
      }
    })
  })
}
