import {type HealingPort, localforageStorage} from '../../../src/localforage.ts'
import type {CommitId} from '../../../src/model/ids.ts'

/** What a test calls in the page. */
export type TornTailPage = {
  /** Saves new records one after the other, and resolves when the last one is acknowledged. */
  save(keys: readonly string[]): Promise<void>
  /** Keys of all records. */
  keys(): Promise<readonly string[]>
  readonly healed: Promise<Awaited<HealingPort['healed']>>
}

const isHealed = new URLSearchParams(location.search).has('heal')
const opening = localforageStorage({heal: isHealed}).open()

const page: TornTailPage = {
  async save(keys) {
    const port = await opening
    for (const key of keys) {
      const commitId = `commit of ${key}` as CommitId
      const value = {revision: 1, commitId, text: key.repeat(50)}
      const group = {commitId, expect: {key, revision: 0}, puts: [{key, value}], deletes: []}
      const [result] = await port.commit([group], {durability: 'strict'})
      if (result?.status !== 'committed') {
        throw new Error(`${key} was refused`)
      }
    }
  },
  keys: async () => (await opening).list(''),
  healed: opening.then((port) => port.healed),
}

Object.assign(globalThis, {tornTail: page})
