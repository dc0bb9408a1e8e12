import {describe, expect, test, vi} from 'vitest'
import type {CommitId} from '../../../src/model/ids.ts'
import {localforageStorage} from '../../../src/services/storage/localforage-storage.ts'

describe('the last write of a page that is going', () => {
  test('does not wait behind a save that is under way: that is aborted, and repeated if the page stays after all', async () => {
    const port = await localforageStorage({name: `last-words-${crypto.randomUUID()}`, heal: false}).open()
    const begun = transactionBegun()
    const puts = [{key: 'head/a', value: {revision: 1, commitId: 'c', text: 'x'.repeat(1_400_000)}}]
    const group = {commitId: 'c' as CommitId, expect: {key: 'head/a', revision: 0}, puts, deletes: []}
    const saving = port.commit([group], {durability: 'relaxed'})
    await begun
    const aborting = vi.spyOn(IDBTransaction.prototype, 'abort')
    expect(port.putNow?.([{key: 'leave/a', value: {words: 'last'}}], {isLast: true})).toBe(true)
    expect(aborting).toHaveBeenCalledOnce()
    aborting.mockRestore()
    expect(await saving).toEqual([{status: 'committed'}])
    expect(await port.list('')).toEqual(['head/a', 'leave/a'])
    await port.close()
  })

  test('of a page that is only hidden leaves the save alone', async () => {
    const port = await localforageStorage({name: `last-words-${crypto.randomUUID()}`, heal: false}).open()
    const begun = transactionBegun()
    const puts = [{key: 'head/a', value: {revision: 1, commitId: 'c'}}]
    const group = {commitId: 'c' as CommitId, expect: {key: 'head/a', revision: 0}, puts, deletes: []}
    const saving = port.commit([group], {durability: 'relaxed'})
    await begun
    expect(port.putNow?.([{key: 'leave/a', value: {words: 'last'}}])).toBe(true)
    expect(await saving).toEqual([{status: 'committed'}])
    expect(await port.list('')).toEqual(['head/a', 'leave/a'])
    await port.close()
  })
})

/** Resolves when the next transaction has been made. */
function transactionBegun(): Promise<void> {
  const original = IDBDatabase.prototype.transaction
  return new Promise((resolve) => {
    const spy = vi.spyOn(IDBDatabase.prototype, 'transaction')
    spy.mockImplementation(function (this: IDBDatabase, ...args) {
      spy.mockRestore()
      resolve()
      return original.apply(this, args)
    })
  })
}
