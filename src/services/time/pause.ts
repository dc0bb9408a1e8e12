import type {Time} from '../../model/time.ts'

/** Resolves after `ms` milliseconds of `time`. */
export function pause(time: Time, ms: number): Promise<void> {
  return new Promise((resolve) => void time.setTimeout(resolve, ms))
}
