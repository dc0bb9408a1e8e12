import type {Time} from '../model/time.ts'

/** Turns a moment of the clock that nobody sets into one that people read; the same moment gives the same answer. */
export type WallTimeOf = (elapsedMs: number | undefined) => number | undefined

/** Makes what knows since when one workspace holds something unsaved: its chart counts by {@link Time.elapsed}. */
export function createWallTimeOf(time: Time): WallTimeOf {
  let known: {readonly elapsedMs: number; readonly wallMs: number} | undefined
  return (elapsedMs) => {
    if (elapsedMs === undefined) {
      return undefined
    }
    if (known?.elapsedMs !== elapsedMs) {
      known = {elapsedMs, wallMs: time.now() - (time.elapsed() - elapsedMs)}
    }
    return known.wallMs
  }
}
