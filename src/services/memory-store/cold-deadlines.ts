import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {courseOf, deadlineOf} from './elapsing.ts'
import {readCells} from './hydrate.ts'
import {type Elapsed, elapsedOf} from './operations.ts'

/** What time did to one component on disk. */
export type ColdDeadline = {
  /** The newest deadline that has passed. */
  readonly passed: Elapsed | undefined
  readonly nextMs: number | undefined
}

/** When the running components of a workspace on disk end by themselves, without bringing it into memory. */
export function deadlinesOf(
  workspaceId: WorkspaceId,
  definitions: ReadonlyMap<string, AnyComponentDefinition>,
  records: readonly StoredRecord[],
  nowMs: number,
): readonly ColdDeadline[] {
  return readCells(workspaceId, definitions, records).flatMap((cell) => {
    const {definition, state, status, deletedAt} = cell
    if (state === undefined || status !== 'ready' || deletedAt !== undefined) {
      return []
    }
    const deadlineMs = deadlineOf(definition, state)
    if (deadlineMs === undefined) {
      return []
    }
    const {passed, nextMs} = courseOf(definition, {state, deadlineMs}, nowMs)
    return {passed: passed && elapsedOf({...cell, state: passed.state}, passed.deadlineMs), nextMs}
  })
}
