import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {Runtime} from './runtime.ts'
import type {Workspaces} from './workspaces.ts'

/** In memory, and open for editing or on its way there. */
export function isEditable(runtime: Runtime | undefined): boolean {
  const snapshot = runtime?.actor?.getSnapshot()
  return runtime !== undefined && !snapshot?.matches('loadFailed') && !snapshot?.matches('readOnly')
}

/** At which version each was asked to go that stays because a part of it cannot be saved. */
const staysAt = new WeakMap<Runtime, number>()

/**
 * Lets go what another tab put into the trash. What is unsaved of it is saved first, like before any release. What stays
 * is asked again when that may help: two tabs that both keep it would make each other save it for ever.
 */
export function releaseTrashed(workspaces: Workspaces, catalogue: CatalogueService): void {
  for (const runtime of workspaces.all()) {
    const {id, store, releaseWaiters} = runtime
    if (!catalogue.isTrashed(id)) {
      staysAt.delete(runtime)
    } else if (store.phase === 'loaded' && releaseWaiters.length === 0 && staysAt.get(runtime) !== store.version) {
      void release(runtime, workspaces)
    }
  }
}

async function release(runtime: Runtime, workspaces: Workspaces): Promise<void> {
  const {store} = runtime
  const {status} = await workspaces.release(runtime.id, 'unload')
  if (status === 'refused' && store.getProblems().length > 0) {
    staysAt.set(runtime, store.version)
  }
}
