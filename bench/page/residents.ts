import {openRawDatabase} from './database.ts'
import {startKeepspace} from './keepspace-contender.ts'
import {type Shape, workspaceName} from './shape.ts'
import {nextTask} from './workloads.ts'

/** Keeps what was opened from being collected. */
const kept: unknown[] = []

/** Shows `count` seeded workspaces one after the other, at most `cap` of them in memory at the end. */
export async function openInTurn(shape: Shape, count: number, cap: number): Promise<void> {
  const keepspace = startKeepspace(`boot-keepspace-${shape.workspaces}`, {cap})
  kept.push(keepspace)
  for (let workspace = 0; workspace < count; workspace++) {
    const id = workspaceName(workspace)
    keepspace.activate(id)
    await keepspace.whenReady(id)
    keepspace.hide(id)
  }
  while (keepspace.getSnapshot().hot.length > cap) {
    await nextTask()
  }
}

/** The same with bare states: reads each, keeps the last `cap`. */
export async function openRawInTurn(shape: Shape, count: number, cap: number): Promise<void> {
  const database = await openRawDatabase(`boot-raw-${shape.workspaces}`)
  const hot = new Map<number, unknown>()
  kept.push(database, hot)
  for (let workspace = 0; workspace < count; workspace++) {
    hot.set(workspace, new Map(await database.read(`c/${workspace}/`)))
    hot.delete(workspace - cap)
  }
}
