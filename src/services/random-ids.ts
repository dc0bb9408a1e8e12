import {nanoid} from 'nanoid'
import type {IdSource} from '../model/ids.ts'

/** Ids of 21 URL-safe characters (126 bits) from the platform's cryptographic randomness. */
export const randomIds: IdSource = {next: () => nanoid()}

/** A number from 0 up to 1, from the same randomness. Spreads retries, so that tabs do not come back all at once. */
export function randomFraction(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1))
  return word / 2 ** 32
}
