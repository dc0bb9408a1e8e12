import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import type {JsonObject} from '../../model/json.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {callHost} from '../host-calls.ts'
import {readCells} from './hydrate.ts'
import {type Elapsed, elapsedOf} from './operations.ts'

/** When the running components of a workspace on disk end by themselves, without bringing it into memory. */
export function deadlinesOf(
  workspaceId: WorkspaceId,
  definitions: ReadonlyMap<string, AnyComponentDefinition>,
  records: readonly StoredRecord[],
): readonly Elapsed[] {
  return readCells(workspaceId, definitions, records).flatMap((cell) => {
    const {definition, state, status, deletedAt} = cell
    if (definition?.operation.deadlineMs === undefined || state === undefined || deletedAt !== undefined) {
      return []
    }
    const deadlineMs =
      status === 'ready' && callHost(() => definition.isRunning(state)) === true
        ? callHost(() => definition.operation.deadlineMs?.(state as JsonObject))
        : undefined
    return deadlineMs === undefined ? [] : [elapsedOf(cell, deadlineMs)]
  })
}
