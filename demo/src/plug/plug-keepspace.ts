import {createKeepspace, defineComponent, KeepspaceError, type StoragePort, type StorageTarget} from 'keepspace'
import {localforageStorage} from 'keepspace/localforage'
import * as v from 'valibot'
import {parameters} from '../app/parameters.ts'

/** A database of its own: nothing a person made is at risk here. */
export const PLUG_DATABASE = `${parameters.database}-plug`
export const PLUG_WORKSPACE = 'plug'

/** Counts the edits. */
export const counter = defineComponent({
  type: 'counter',
  version: 1,
  schema: v.object({made: v.number(), text: v.string()}),
  initial: {made: 0, text: ''},
})

/** Stands beside it and is damaged. */
export const bystander = defineComponent({
  type: 'bystander',
  version: 1,
  schema: v.object({text: v.string()}),
  initial: {text: 'I stand beside the counter, and somebody flips one of my bits.'},
})

/** What storage does instead of its work. */
export type StorageFault = 'none' | 'frozen' | 'full'

/** As the driver does when the browser gives no answer. */
const NO_ANSWER_MS = 5_000

let fault: StorageFault = 'none'
const heldUp = new Set<() => void>()

/** Freezes or fills storage, or lets it work again: what was held up then fails at once, as after a time-out. */
export function setStorageFault(next: StorageFault): void {
  fault = next
  for (const release of heldUp) {
    release()
  }
  heldUp.clear()
}

export const plug = createKeepspace({
  namespace: 'plug',
  components: [counter, bystander],
  storage: withFaults(localforageStorage({name: PLUG_DATABASE})),
})

function withFaults(target: StorageTarget): StorageTarget {
  return {name: target.name, open: async () => wrap(await target.open())}
}

function wrap(port: StoragePort): StoragePort {
  return {
    ...port,
    commit: async (groups, options) => {
      if (fault === 'full') {
        throw new KeepspaceError('storage.quota', 'filled on purpose')
      }
      if (fault === 'frozen') {
        await noAnswer()
        throw new KeepspaceError('storage.timeout', 'frozen on purpose')
      }
      return port.commit(groups, options)
    },
    putNow: (records, options) => fault === 'none' && port.putNow?.(records, options) === true,
  }
}

function noAnswer(): Promise<void> {
  return new Promise((resolve) => {
    heldUp.add(resolve)
    setTimeout(resolve, NO_ANSWER_MS)
  })
}
