import type {KeepspaceEvent} from '../model/events.ts'
import type {PageEvent} from '../model/page-lifecycle.ts'
import type {SettingsService} from '../services/settings.ts'
import type {AlarmClock} from './alarms.ts'
import type {Following} from './following.ts'
import type {Leases} from './leases.ts'
import {writeLastWords} from './leaving.ts'
import type {ResolvedOptions} from './options.ts'
import type {Restoring} from './restoring.ts'
import type {StorageAccess} from './storage-access.ts'
import type {System} from './system.ts'
import type {Upkeep} from './upkeep.ts'
import {followPage} from './window-activity.ts'
import type {Workspaces} from './workspaces.ts'

/**
 * Saves for good when the page is hidden, frozen or left, and looks around when it is seen again.
 *
 * @returns stops it
 */
export function followLifecycle(context: {
  readonly options: ResolvedOptions
  readonly access: StorageAccess
  readonly system: System
  readonly workspaces: Workspaces
  readonly restoring: Restoring
  readonly settings: SettingsService
  readonly leases: Leases
  readonly upkeep: Upkeep
  readonly following: Following
  readonly clock: AlarmClock
  readonly emit: (event: KeepspaceEvent) => void
  /** Something of the catalogue or the settings is being written. */
  readonly isWriting: () => boolean
}): () => void {
  const {options, access, system, workspaces, restoring, settings, leases, upkeep, following, clock, emit} = context
  const {time, ids, tabId} = options

  const saveForGood = (event: PageEvent) => {
    restoring.hidden()
    const written = writeLastWords(workspaces.all(), {
      // An aborted save is in the last words again; a change of the catalogue would be gone.
      isLast: event !== 'hidden' && !context.isWriting(),
      tabId,
      ids,
      now: time.now,
      storage: () => access.current,
      settings: settings.takeUnwritten,
      definitions: options.definitions,
      known: restoring.witnessing.known,
    })
    if (written.length > 0) {
      emit({type: 'last_words_written', workspaceIds: written.map(({id}) => id)})
    }
    // The next page may have looked for them before they were there.
    for (const {id} of event === 'hidden' ? [] : written) {
      following.left(id)
    }
    // A page that stays saves as usual; that commit removes the last words. One that stands still with a transaction
    // open would keep every other tab out of storage until it goes on.
    if (event !== 'frozen') {
      workspaces.saveAll('hide')
    }
    leases.giveUpAll()
  }

  return options.lifecycle.subscribe((event) => {
    if (!system.isActive) {
      return
    }
    if (event === 'resumed' || event === 'visible') {
      // It stood still, or was kept for the way back: what others told meanwhile comes later, if at all.
      access.purging.distrust()
    }
    if (event === 'hidden' || event === 'leaving' || event === 'frozen') {
      saveForGood(event)
    } else if (event === 'visible') {
      leases.comeBack()
      upkeep.housekeeping.tidy()
      following.lookAgain()
      clock.lookNow()
    }
    followPage(system, event, time)
  })
}
