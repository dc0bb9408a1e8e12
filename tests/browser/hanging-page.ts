import {createKeepspace} from '../../src/keepspace.ts'
import type {Selector, StorageTarget} from '../../src/model/storage-port.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import {note} from '../support/definitions.ts'

// A page that types while its workspace is read for ever, for the test that closes it.
const storage = readingForEver(localforageStorage({name: new URL(import.meta.url).hash.slice(1)}))
const keepspace = createKeepspace({namespace: 'test', components: [note], storage})
await keepspace.whenStarted()
keepspace.open('a')
keepspace.workspace('a').component(note, 'n1').set({text: 'typed while it hung'})
parent.postMessage({phase: keepspace.getStatus('a').phase}, '*')

/** Answers no read of a workspace. */
function readingForEver(target: StorageTarget): StorageTarget {
  const open = async () => {
    const port = await target.open()
    const read: typeof port.read = (selectors) =>
      selectors.some(isOfWorkspace) ? new Promise(() => {}) : port.read(selectors)
    return {...port, read}
  }
  return {...target, open}
}

function isOfWorkspace(selector: Selector): boolean {
  return 'prefix' in selector && selector.prefix.includes('/c/')
}
