import {nanoid} from 'nanoid'
import type {IdSource} from '../model/ids.ts'

/** Ids of 21 URL-safe characters (126 bits) from the platform's cryptographic randomness. */
export const randomIds: IdSource = {next: () => nanoid()}
