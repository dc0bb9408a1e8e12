import {KeepspaceError} from '../model/errors.ts'
import type {SaveOutcome} from '../model/save.ts'

/** A catalogue change of a hot workspace counts only when it is durable. */
export function assertDurable(outcome: SaveOutcome): void {
  if (outcome.status !== 'saved' && outcome.status !== 'unchanged') {
    throw new KeepspaceError(outcome.error?.code ?? 'storage.unavailable', outcome.error?.detail)
  }
}
