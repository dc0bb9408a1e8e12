import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import type {CommitId} from '../../../src/model/ids.ts'
import type {Stamp} from '../../../src/model/records.ts'
import type {StoragePort} from '../../../src/model/storage-port.ts'
import {memoryStorage} from '../../../src/services/storage/memory-storage.ts'
import type {RecordWrite} from '../../../src/services/writing/background-writer.ts'
import {startWriting} from '../../support/start-writing.ts'

const full = new KeepspaceError('storage.quota', 'full')

describe('writing one record', () => {
  test('stamps it with the next revision and a commit id, and says what it did', async () => {
    const {writer, commitNext, stored, completed, time} = await startWriting()
    const written = writer.write(titleWrite('One', {durability: 'strict', puts: [{key: 'c/e/x', value: 1}]}))
    time.advance(25)
    await commitNext()
    const result = {
      targetKind: 'entry',
      target: 'e',
      reason: 'catalogue',
      revision: 1,
      durability: 'strict',
      bytes: JSON.stringify({title: 'One', revision: 1, commitId: 'id-1'}).length,
      durationMs: 25,
    }
    expect(await written).toEqual(result)
    expect(await stored('')).toEqual([
      {key: 'c/e/x', value: 1},
      {key: 'entry/e', value: {title: 'One', revision: 1, commitId: 'id-1'}},
    ])
    expect(completed).toEqual([{result, error: undefined}])
  })

  test('is based on what is known when its transaction begins, not when it was asked for', async () => {
    const {writer, commitNext, stored} = await startWriting()
    let revision = 0
    const first = writer.write(titleWrite('One'))
    const second = writer.write(titleWrite('Two', {baseRevision: () => revision}))
    await commitNext()
    revision = (await first).revision
    await commitNext()
    expect((await second).revision).toBe(2)
    expect(await stored('entry/')).toEqual([{key: 'entry/e', value: {title: 'Two', revision: 2, commitId: 'id-2'}}])
  })

  test('that another tab changed meanwhile fails, and leaves theirs alone', async () => {
    const {writer, commitNext, stored, completed} = await startWithTheirs()
    const written = writer.write(titleWrite('Mine'))
    const outcome = expect(written).rejects.toMatchObject({code: 'revision.conflict', detail: 'entry/e is at 4'})
    await commitNext()
    await outcome
    expect(await stored('entry/')).toEqual([
      {key: 'entry/e', value: {title: 'Theirs', revision: 4, commitId: 'theirs'}},
    ])
    expect(completed).toMatchObject([{result: undefined, error: {code: 'revision.conflict'}}])
  })

  test('where the newest wins is written over what another tab stored, with the next revision', async () => {
    const {writer, commitNext, stored, waiting} = await startWithTheirs()
    const written = writer.write(titleWrite('Mine', {overwrites: true}))
    await commitNext()
    expect(waiting()).toBe(1)
    await commitNext()
    expect((await written).revision).toBe(5)
    expect(await stored('entry/')).toEqual([{key: 'entry/e', value: {title: 'Mine', revision: 5, commitId: 'id-1'}}])
  })

  test('where the newest wins is written over a damaged one', async () => {
    const {writer, commitNext, stored} = await startWriting()
    const port = await startDamaged()
    const written = writer.write(titleWrite('Mine', {overwrites: true}))
    await commitNext(port)
    await commitNext(port)
    await written
    expect((await port.readPrefix('entry/'))[0]?.value).toMatchObject({title: 'Mine'})
    expect(await stored('')).toEqual([])
  })

  test('that storage repeated after a lost connection had landed the first time, and is a success', async () => {
    const {writer, commitNext, port, stored} = await startWriting()
    const repeating: StoragePort = {
      ...port,
      commit: async (groups, options) => {
        await port.commit(groups, options)
        return port.commit(groups, options)
      },
    }
    const written = writer.write(titleWrite('One'))
    await commitNext(repeating)
    expect((await written).revision).toBe(1)
    const deleted = writer.write(titleWrite('', {baseRevision: () => 1, build: () => undefined}))
    await commitNext(repeating)
    await deleted
    expect(await stored('')).toEqual([])
  })

  test('whose answer is lost has failed, although it landed', async () => {
    const {writer, commitNext, stored, faults} = await startWriting()
    faults.loseAnswer()
    const written = writer.write(titleWrite('One'))
    const failed = expect(written).rejects.toMatchObject({code: 'storage.timeout'})
    await expect(commitNext()).rejects.toMatchObject({code: 'storage.timeout'})
    await failed
    expect(await stored('entry/')).toMatchObject([{value: {commitId: 'id-1', revision: 1}}])
  })

  test('that was deleted takes what goes with it along', async () => {
    const {writer, commitNext, stored} = await startWriting()
    void writer.write(titleWrite('One', {puts: [{key: 'c/e/x', value: 1}]}))
    await commitNext()
    const deleted = writer.write(titleWrite('', {baseRevision: () => 1, build: () => undefined, deletes: ['c/e/x']}))
    await commitNext()
    expect(await deleted).toMatchObject({bytes: 0})
    expect(await stored('')).toEqual([])
  })

  test('that another tab deleted before is deleted', async () => {
    const {writer, commitNext} = await startWriting()
    const deleted = writer.write(titleWrite('', {baseRevision: () => 3, build: () => undefined}))
    await commitNext()
    await expect(deleted).resolves.toMatchObject({targetKind: 'entry'})
  })

  test('fails with storage, once, and is not tried again by itself', async () => {
    const {writer, commitNext, faults, waiting, completed} = await startWriting()
    faults.fail('commit', full)
    const written = writer.write(titleWrite('One'))
    const failed = expect(written).rejects.toBe(full)
    await expect(commitNext()).rejects.toBe(full)
    await failed
    expect({waiting: waiting(), completed}).toEqual({waiting: 0, completed: [{result: undefined, error: full}]})
  })
})

function titleWrite(title: string, facts: Partial<RecordWrite> = {}): RecordWrite {
  return {
    targetKind: 'entry',
    target: 'e',
    key: 'entry/e',
    reason: 'catalogue',
    durability: 'relaxed',
    baseRevision: () => 0,
    build: (stamp: Stamp) => ({title, ...stamp}),
    ...facts,
  }
}

async function startWithTheirs() {
  const started = await startWriting()
  await started.put('entry/e', {title: 'Theirs', revision: 4, commitId: 'theirs'})
  return started
}

async function startDamaged() {
  const port = await memoryStorage().open()
  const group = {
    commitId: 'c' as CommitId,
    expect: {key: 'other', revision: 0},
    puts: [{key: 'entry/e', value: 'damaged'}],
    deletes: [],
  }
  await port.commit([group], {durability: 'relaxed'})
  return port
}
