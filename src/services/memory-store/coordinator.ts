import type {AnyComponentDefinition} from '../../model/component-definition.ts'
import type {SetOptions} from '../../model/handles.ts'
import type {JsonObject} from '../../model/json.ts'

/**
 * What a change asks of persistence.
 *
 * - `none`: nothing changed
 * - `transient`: shown, not stored
 * - `throttled`: stored, but not more often than its type wants
 * - `debounced`: stored after the usual quiet moment
 * - `immediate`: stored at once
 */
export type Weight = 'none' | 'transient' | 'throttled' | 'debounced' | 'immediate'

/** Decides whether and how fast a change has to be stored. Pure; looks at the changed keys only. */
export function weigh(
  definition: AnyComponentDefinition | undefined,
  before: JsonObject,
  patch: JsonObject,
  options: SetOptions | undefined,
): Weight {
  let hasChanged = false
  let hasLasting = false
  let hasImmediate = false
  for (const key in patch) {
    if (Object.is(before[key], patch[key]) && key in before) {
      continue
    }
    hasChanged = true
    hasLasting ||= !definition?.transientKeys.has(key)
    hasImmediate ||= definition?.immediateKeys.has(key) ?? false
  }
  if (!hasChanged) {
    return 'none'
  }
  if (options?.transient || !hasLasting) {
    return 'transient'
  }
  if (options?.immediate || hasImmediate) {
    return 'immediate'
  }
  return throttleMsOf(definition, options) > 0 ? 'throttled' : 'debounced'
}

/** How much time lies between two stored changes of this component at least. */
export function throttleMsOf(definition: AnyComponentDefinition | undefined, options: SetOptions | undefined): number {
  return options?.throttleMs ?? definition?.throttleMs ?? 0
}
