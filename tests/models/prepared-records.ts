import type {StoredRecord} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {note} from '../support/definitions.ts'
import {countingIds, type World} from './start-system.ts'

const prepared = new Map<string, Promise<readonly StoredRecord[]>>()

/** What is stored when somebody has made these workspaces, each with a note `n1`, and left. Made once, by the product. */
export function recordsOfWorkspaces(world: World, ids: readonly string[]): Promise<readonly StoredRecord[]> {
  const name = ids.join()
  const known = prepared.get(name) ?? make(world, ids)
  prepared.set(name, known)
  return known
}

async function make({createKeepspace}: World, ids: readonly string[]): Promise<readonly StoredRecord[]> {
  const target = memoryStorage({isPersistent: true})
  const time = createSimulatedTime(1_000)
  const keepspace = createKeepspace({
    namespace: 'models',
    components: [note],
    storage: target,
    time,
    ids: countingIds('before'),
    cap: 25,
  })
  const making = (async () => {
    const entryId = await keepspace.catalogue.createEntry({title: 'Entry', id: 'entry'})
    for (const id of ids) {
      await keepspace.catalogue.createWorkspace({entryId, title: id, id})
      const workspace = await keepspace.whenReady(id)
      workspace.add(note, {id: 'n1', state: {text: 'stored'}})
    }
    await keepspace.dispose()
  })()
  let isMade = false
  void making.finally(() => {
    isMade = true
  })
  while (!isMade) {
    await time.advanceAsync(5)
  }
  await making
  return (await target.open()).readPrefix('')
}
