import {KeepspaceError} from '../model/errors.ts'
import {HEAD_PREFIX, headKey} from '../model/keys.ts'
import {closeWriter, purgeScope} from './closing.ts'
import type {Engine} from './engine.ts'

/** Deletes a scope for good: here, and in the other tabs that have it open. */
export type Purging = {
  readonly isPurged: boolean
  purge(): Promise<void>
}

/**
 * Makes the purge of one scope, and listens whether another tab has made one: a tab that went on would store everything
 * again that a person just removed from this device.
 */
export function createPurging(engine: Engine): Purging {
  const {system, workspaces, queue, access, options, events} = engine
  const {bus} = options
  const resaved = new Set<string>()
  let isPurged = false

  /** Nothing unsaved is written. */
  const end = async () => {
    isPurged = true
    engine.close({keepsBus: true})
    for (const {store} of workspaces.all()) {
      store.close()
    }
    options.witness.clear()
    await closeWriter(system)
    queue.rejectAll(new KeepspaceError('disposed'))
    await access.close()
    system.root.stop()
    await purgeScope(options.storage, `${options.namespace}/${options.scope}`, options.ids)
  }
  /** A message proves nothing. Storage does: it has nothing but what this tab took for lost and stored again. */
  const isGone = async () => (await (await access.port()).list(HEAD_PREFIX)).every((key) => resaved.has(key))
  const hear = async () => {
    if (!isPurged && (await isGone())) {
      events.emit({type: 'purged_elsewhere'})
      await end()
      bus.close()
      engine.changed.emit()
    }
  }
  events.on('restore.resaved', ({workspaceIds}) => {
    for (const id of workspaceIds) {
      resaved.add(headKey(id))
    }
  })
  bus.subscribe(({type}) => {
    if (type === 'purged') {
      void hear().catch(() => undefined)
    }
  })

  return {
    get isPurged() {
      return isPurged
    },
    purge: async () => {
      await end()
      bus.post({type: 'purged'})
      bus.close()
    },
  }
}
