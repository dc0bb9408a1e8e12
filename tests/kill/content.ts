import {seededRandom} from './random.ts'

/** Ids of the workspaces a campaign edits. */
export const workspaceIds = ['north', 'east', 'south', 'west'] as const

/** Components of every workspace, with the length of their text. */
export const componentLengths: Readonly<Record<string, number>> = {
  tiny: 200,
  small: 2_000,
  middle: 20_000,
  large: 100_000,
}

/** The state of a component after one edit. */
export type Content = {readonly counter: number; readonly text: string}

/** More edits than one session can make: counters of a later session are always higher. */
const COUNTERS_PER_SESSION = 1_000_000

/** The highest counter that was given out before a session. */
export function counterBefore(session: number): number {
  return session * COUNTERS_PER_SESSION
}

/** The session that gave a counter out. */
export function sessionOf(counter: number): number {
  return Math.ceil(counter / COUNTERS_PER_SESSION) - 1
}

/** The only content that the edit with this counter can have made. It does not compress, so its length is written. */
export function contentOf(workspace: string, component: string, counter: number): Content {
  const {next} = seededRandom(`${workspace}/${component}/${counter}`)
  const codes = new Uint8Array(componentLengths[component] ?? 0)
  for (let index = 0; index < codes.length; index += 1) {
    codes[index] = 33 + Math.floor(next() * 94)
  }
  return {counter, text: new TextDecoder().decode(codes)}
}
