import {makeFirstDisk} from '../simulation/first-disk.ts'
import {drawHistories} from '../simulation/history.ts'
import {runHistory} from '../simulation/run-history.ts'

/** Which histories are run. */
export type Drawn = {readonly seed: number; readonly histories: number}

/** A number for everything that happened in each of these histories, wherever this code runs. */
export async function traceDigests(drawn: Drawn): Promise<readonly string[]> {
  const disk = await makeFirstDisk()
  const digests: string[] = []
  for (const history of drawHistories(drawn)) {
    const {events} = await runHistory(history, disk)
    digests.push(await digestOf(events.map((event) => JSON.stringify(event, plain)).join('\n')))
  }
  return digests
}

async function digestOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function plain(_: string, value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(value)
  }
  return value instanceof Set ? [...value] : value
}
