import {KeepspaceError} from '../model/errors.ts'
import {closeWriter} from './closing.ts'
import type {Engine} from './engine.ts'
import {purgeScope} from './purge-watch.ts'

/** The end with everything of a scope deleted for good: here, and in the other tabs that have it open. */
export type Purging = {
  readonly isPurged: boolean
  purge(): Promise<void>
}

/** Makes the purge of one scope, and ends when another tab has made one. */
export function createPurging(engine: Engine): Purging {
  const {system, workspaces, queue, access, options, events, changed} = engine
  let isPurged = false

  /** Nothing unsaved is written. */
  const end = async () => {
    isPurged = true
    engine.close({keepsBus: true})
    for (const {store} of workspaces.all()) {
      store.close()
    }
    await closeWriter(system)
    queue.rejectAll(new KeepspaceError('disposed'))
    await access.close()
    system.root.stop()
  }

  /** Another tab deleted everything: what is here is neither saved nor asked for again. */
  const follow = async () => {
    queue.rejectAll(new KeepspaceError('scope.purged'))
    const ending = end()
    events.emit({type: 'purged_elsewhere'})
    changed.emit()
    await ending
    options.bus.close()
    changed.emit()
  }
  // Storage that fails to close has nothing left to lose here.
  access.purging.onPurged(() => void follow().catch(() => undefined))

  return {
    get isPurged() {
      return isPurged
    },
    purge: async () => {
      if (access.purging.isPurged) {
        return
      }
      await end()
      // What was being saved until now has noted itself.
      options.witness.clear()
      try {
        await purgeScope(options.storage, `${options.namespace}/${options.scope}`, options.ids)
        options.bus.post({type: 'purged'})
      } finally {
        options.bus.close()
      }
    },
  }
}
