import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {StoragePort} from '../../../src/model/storage-port.ts'
import {commitShownBy, createWorkload, findDifference, type Workload} from './file-workload.ts'

/** From a small setting to the largest document that may be saved, and a bit more. */
const sizes = {leastBytes: 200, mostBytes: 2_000_000}

/**
 * Checks everything that is stored, and goes on from there. It must be the state after commit `acknowledged`, or after
 * the next one, which may have been under way; no file that was being written may be left.
 *
 * @throws Error that says what is wrong
 */
export async function openedWorkload(
  port: StoragePort,
  directory: string,
  acknowledged: number,
): Promise<{readonly workload: Workload; readonly shown: number}> {
  const records = await port.readPrefix('')
  const shown = commitShownBy(records)
  if (shown !== acknowledged && shown !== acknowledged + 1) {
    throw new Error(`commit ${acknowledged} was acknowledged, found ${shown}`)
  }
  const workload = createWorkload(sizes)
  workload.skipTo(shown)
  const difference = findDifference(workload, records)
  if (difference !== undefined) {
    throw new Error(`not the state after commit ${shown}: ${difference}`)
  }
  const leftOver = await readdir(join(directory, 'temporary'))
  if (leftOver.length > 0) {
    throw new Error(`left over: ${leftOver.join(', ')}`)
  }
  return {workload, shown}
}
