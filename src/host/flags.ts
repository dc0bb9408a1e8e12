import type {KeepspaceEvent} from '../model/events.ts'
import type {FeatureFlags} from '../model/flags.ts'

/** The switches of one Keepspace. */
export type Flags = {
  readonly current: FeatureFlags
  set(change: Partial<FeatureFlags>): Promise<void>
}

/** Makes the switches. What each does is told by `apply`, called with the flags that hold from now on. */
export function createFlags(context: {
  readonly initial: FeatureFlags
  /** Makes everything durable, before workspaces stop saving themselves. */
  readonly flush: () => Promise<unknown>
  readonly apply: (flags: FeatureFlags) => void
  readonly emit: (event: KeepspaceEvent) => void
}): Flags {
  let current = context.initial
  return {
    get current() {
      return current
    },
    set: async (change) => {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      if (current.liveState && change.liveState === false) {
        await context.flush()
      }
      current = {...current, ...given}
      context.apply(current)
      context.emit({type: 'flags_changed', flags: current})
    },
  }
}
