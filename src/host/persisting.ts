import {KeepspaceError} from '../model/errors.ts'
import type {Keepspace, WorkspaceHandle} from '../model/handles.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {SaveOutcome} from '../model/save.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import type {ReadyPromises} from './ready-promises.ts'
import {coldOutcome, outcomeWithoutSave} from './saving.ts'
import type {Workspaces} from './workspaces.ts'

/** Saves one workspace for whoever asks, wherever it is. */
export type Persist = (id: WorkspaceId, ...rest: ParametersAfterId) => Promise<SaveOutcome>

type ParametersAfterId = Parameters<Keepspace['persist']> extends [unknown, ...infer Rest] ? Rest : never

/** Waits for a load that is under way; a workspace on disk alone has nothing to save. Never rejects. */
export function createPersist(context: {
  readonly workspaces: Workspaces
  readonly ready: ReadyPromises
  readonly catalogue: () => CatalogueService
  readonly handle: (id: WorkspaceId) => WorkspaceHandle
}): Persist {
  const {workspaces, ready, catalogue, handle} = context
  return async (id, reason, persistOptions = {}) => {
    const runtime = workspaces.get(id)
    if (runtime === undefined) {
      return coldOutcome(id, reason, catalogue().head(id)?.revision ?? 0)
    }
    try {
      await ready.whenReady(runtime, handle(id))
    } catch (cause) {
      const error = KeepspaceError.from(cause, 'load.failed').report
      return outcomeWithoutSave(runtime, {reason, status: 'refused', error, isBackground: !workspaces.isVisible(id)})
    }
    return workspaces.get(id) === undefined
      ? coldOutcome(id, reason, runtime.revision)
      : workspaces.persist(id, reason, persistOptions)
  }
}
