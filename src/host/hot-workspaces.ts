import {KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {SaveOutcome, SaveReason} from '../model/save.ts'
import type {HotWorkspaces} from '../services/catalogue/catalogue.ts'
import {assertDurable} from './durable.ts'
import {isEditable} from './trash.ts'
import type {Workspaces} from './workspaces.ts'

/** What the catalogue changes of workspaces in memory, through them. */
export function createHotWorkspaces(context: {
  readonly workspaces: Workspaces
  readonly whenReady: (id: WorkspaceId) => Promise<unknown>
  readonly persist: (id: WorkspaceId, reason: SaveReason) => Promise<SaveOutcome>
  readonly emit: (event: KeepspaceEvent) => void
}): HotWorkspaces {
  const {workspaces, whenReady, persist, emit} = context
  return {
    isHot: (id) => workspaces.get(id) !== undefined,
    isEditable: (id) => isEditable(workspaces.get(id)),
    reload: (id) => {
      if (!isEditable(workspaces.get(id))) {
        workspaces.get(id)?.actor?.send({type: 'reload.requested'})
      }
    },
    setHead: async (id, fields) => {
      await whenReady(id)
      workspaces.open(id).store.setHead(fields)
      assertDurable(await persist(id, 'catalogue'))
      if (fields.entryId !== undefined) {
        emit({type: 'workspace_entry_updated', workspaceId: id, entryId: fields.entryId})
      }
    },
    save: async (id) => assertDurable(await persist(id, 'catalogue')),
    unload: async (id) => {
      const outcome = await workspaces.release(id, 'unload')
      if (outcome.status === 'refused') {
        throw new KeepspaceError(outcome.error?.code ?? 'usage', outcome.error?.detail ?? `${id} stays in memory`)
      }
    },
  }
}
