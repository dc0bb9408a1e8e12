import type {KeepspaceOptions} from '../../src/keepspace.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note, timer} from './definitions.ts'
import {startKeepspace, startWithNote} from './start-keepspace.ts'

/**
 * A fresh start over a storage in which each workspace holds note `n1` ("stored a" in workspace `a`) and timer `t1`
 * at 180 seconds. Nothing is in memory yet.
 */
export async function startOverStored(ids: readonly string[] = ['a'], options: Partial<KeepspaceOptions> = {}) {
  const target = memoryStorage({isPersistent: true})
  const {keepspace, time} = await startWithNote({target}, ids)
  for (const id of ids) {
    const workspace = keepspace.activate(id)
    await time.settle()
    workspace.add(note, {id: 'n1', ifAbsent: true})
    workspace.component(note, 'n1').set({text: `stored ${id}`})
    workspace.add(timer, {id: 't1', state: {seconds: 180}})
    await time.advanceAsync(2_000)
  }
  return startKeepspace({target, ...options})
}
