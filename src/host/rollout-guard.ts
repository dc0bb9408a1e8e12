import type {KeepspaceEvent} from '../model/events.ts'

/** Saves that are looked at: the newest so many. */
const WINDOW = 1_000
/** Below so many saves a share says nothing. */
const FEWEST = 100
/** A higher share of failures is reported. */
const HIGHEST_FAILURE_SHARE = 0.01

/** Reports when more saves fail than a careful roll-out may bear, once until it is better again. Told of every save. */
export function createRolloutGuard(emit: (event: KeepspaceEvent) => void): (isFailure: boolean) => void {
  const outcomes: boolean[] = []
  let next = 0
  let failures = 0
  let isTripped = false
  return (isFailure) => {
    failures += Number(isFailure) - Number(outcomes[next] === true)
    outcomes[next] = isFailure
    next = (next + 1) % WINDOW
    const share = failures / outcomes.length
    const isTooHigh = outcomes.length >= FEWEST && share > HIGHEST_FAILURE_SHARE
    if (isTooHigh && !isTripped) {
      emit({type: 'rollout_guard_tripped', failures, saves: outcomes.length, share})
    }
    isTripped = isTooHigh
  }
}
