import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {Runtime} from './runtime.ts'
import type {Workspaces} from './workspaces.ts'

/** In memory, and open for editing or on its way there. */
export function isEditable(runtime: Runtime | undefined): boolean {
  const snapshot = runtime?.actor?.getSnapshot()
  return runtime !== undefined && !snapshot?.matches('loadFailed') && !snapshot?.matches('readOnly')
}

/** Lets go what another tab put into the trash. What is unsaved of it is saved first, like before any release. */
export function releaseTrashed(workspaces: Workspaces, catalogue: CatalogueService): void {
  for (const runtime of workspaces.all()) {
    if (runtime.store.phase === 'loaded' && catalogue.isTrashed(runtime.id) && runtime.releaseWaiters.length === 0) {
      void workspaces.release(runtime.id, 'unload')
    }
  }
}
