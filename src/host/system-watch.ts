import type {EvictionRef} from '../machines/eviction/eviction.machine.ts'
import type {Emitter} from '../services/emitter.ts'
import type {SettingsService} from '../services/settings.ts'
import {isIn} from './chart-state.ts'
import type {Events} from './events.ts'
import type {Observers} from './observers.ts'
import type {System} from './system.ts'
import type {Workspaces} from './workspaces.ts'

/** Storage began to mend itself, or is done: how safe everything is may have changed, and what failed may go now. */
export function noteMended(
  {
    system,
    workspaces,
    observers,
  }: {readonly system: System; readonly workspaces: Workspaces; readonly observers: Observers},
  hasRecovered: boolean,
): void {
  for (const {id} of workspaces.all()) {
    observers.statusChanged(id)
  }
  if (hasRecovered && system.isActive) {
    system.writer.send({type: 'retry.requested'})
  }
}

/** Carries what the charts announce to views and listeners, and a recovery of storage to everything that failed. */
export function watchSystem(context: {
  readonly system: System
  readonly workspaces: Workspaces
  readonly settings: SettingsService
  readonly observers: Observers
  readonly events: Events
  readonly changed: Emitter<[]>
}): void {
  const {system, workspaces, settings, observers, events, changed} = context
  const storageChanged = () => {
    changed.emit()
    for (const {id} of workspaces.all()) {
      observers.statusChanged(id)
    }
  }
  const retryFailed = () => {
    for (const {actor} of workspaces.all()) {
      if (actor !== undefined && isIn(actor.getSnapshot(), 'hot', 'failed')) {
        actor.send({type: 'retry.due'})
      }
    }
    settings.retryFailed()
  }
  system.root.subscribe(storageChanged)
  system.root.on('actor.failed', ({error}) => events.emit({type: 'actor_failed', error}))
  system.root.on('storage.missing', ({error}) => events.emit({type: 'storage_changed', phase: 'memoryOnly', error}))
  // The state of no workspace depends on what the writer does: each hears of its own save.
  system.writer.subscribe(changed.emit)
  system.writer.on('retry.due', retryFailed)
  system.writer.on('writer.recovered', () => {
    retryFailed()
    if (failedForStorage(system.eviction)) {
      system.eviction.send({type: 'storage.recovered'})
    }
  })
  system.writer.on('writer.failed', ({error}) => events.emit({type: 'storage_changed', phase: 'failing', error}))
  system.autosave.on('sweep.failed', ({error}) => events.emit({type: 'actor_failed', error}))
  system.eviction.subscribe(() => changed.emit())
  system.eviction.on('eviction.degraded', ({error}) => events.emit({type: 'eviction_degraded', error}))
  system.eviction.on('eviction.healed', () => events.emit({type: 'eviction_healed'}))
}

/**
 * Every commit that lands says that storage is well; only an eviction that failed for storage has to hear it. Whoever
 * refused for another reason would be asked again with every save of anybody.
 */
function failedForStorage(eviction: EvictionRef): boolean {
  return eviction.getSnapshot().context.lastError?.code.startsWith('storage.') === true
}
