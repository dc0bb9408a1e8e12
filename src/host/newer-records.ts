import type {AnyComponentDefinition} from '../model/component-definition.ts'
import type {ComponentId} from '../model/ids.ts'
import {parseRecordKey} from '../model/keys.ts'
import {asComponent} from '../services/codec/record-shapes.ts'
import type {Overlap} from './merging.ts'
import type {Runtime} from './runtime.ts'

/**
 * Components that a newer version of the app has stored meanwhile without letting this one edit them. What is unsaved of
 * them here can only be handed over: to the history.
 */
export function newerComponents(
  {attachments}: Pick<Runtime, 'attachments'>,
  overlap: readonly Overlap[],
  definitions: ReadonlyMap<string, AnyComponentDefinition>,
): ReadonlySet<ComponentId> {
  const newer = overlap.flatMap(({key, theirs}) => {
    const record = asComponent(theirs)
    const id = parseRecordKey(key)?.componentId
    if (record === undefined || id === undefined) {
      return []
    }
    const attached = attachments.get(id)?.options
    const version = attached === undefined ? definitions.get(record.type)?.version : (attached.version ?? 1)
    const isNewer = version !== undefined && record.schemaVersion > version && record.editableFrom > version
    return isNewer ? [id] : []
  })
  return new Set(newer)
}
