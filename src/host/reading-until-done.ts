import {doubledMs} from '../model/backoff.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {Time} from '../model/time.ts'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

/**
 * Reads what is stored until that works: storage that cannot be read at the start must not make forgotten what it keeps.
 * Ends without it when nobody wants it any more. Never rejects.
 */
export async function readUntilDone(
  read: () => Promise<void>,
  {time, isWanted}: {readonly time: Pick<Time, 'setTimeout'>; readonly isWanted: () => boolean},
): Promise<void> {
  for (let tries = 1; isWanted(); tries += 1) {
    try {
      return await read()
    } catch (cause) {
      if (KeepspaceError.from(cause).code === 'disposed') {
        return
      }
      await new Promise<void>((resolve) => {
        time.setTimeout(() => resolve(), doubledMs(FIRST_PAUSE_MS, tries - 1, LONGEST_PAUSE_MS))
      })
    }
  }
}
