import {describe, expect, test} from 'vitest'
import type {KeepspaceOptions} from '../../src/host/options.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {StoragePort, StorageTarget} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {faultyStorage} from '../../src/testing/faulty-storage.ts'
import {note} from '../support/definitions.ts'
import {createWorkspaces, finish, startKeepspace} from '../support/start-keepspace.ts'

const a = 'a' as WorkspaceId

describe('storage that could not be opened at the start', () => {
  test('is asked for again, later each time, and keeps what was made without it for the next start', async () => {
    const {keepspace, time, events, storage, again} = await startWithout(3)
    const add = keepspace.activate('a')
    add.add(note, {id: 'n1', state: {text: 'made without storage'}})
    await time.advanceAsync(900)
    expect([storage.tries(), keepspace.getWorkAtRisk().workspaces]).toEqual([1, 1])
    await time.advanceAsync(1_600)
    expect(storage.tries()).toBe(2)
    await time.advanceAsync(5_400)
    expect(storage.tries()).toBe(4)
    expect(events.filter(({type}) => type === 'storage_returned')).toHaveLength(1)
    expect(keepspace.getSnapshot().storage).toMatchObject({
      phase: 'memoryOnly',
      isPersistent: false,
      returned: {kept: ['a'], copies: [], missing: []},
      error: {code: 'storage.returned', sentence: expect.stringMatching(/kept there; reload to see everything\.$/)},
    })
    expect(keepspace.getHealth().issues[0]?.error?.code).toBe('storage.returned')
    expect(keepspace.getWorkAtRisk().workspaces).toBe(0)

    keepspace.workspace('a').component(note, 'n1').set({text: 'and more'})
    await time.advanceAsync(1_000)
    expect(keepspace.getWorkAtRisk().workspaces).toBe(1)
    expect((await finish(time, keepspace.storage.keep())).kept).toEqual(['a'])
    expect(keepspace.getWorkAtRisk().workspaces).toBe(0)

    const next = await again()
    await next.whenReady('a')
    expect(next.workspace('a').component(note, 'n1').getState()).toEqual({text: 'and more'})
    expect(next.catalogue.getSnapshot().entries.map(({id}) => id)).toEqual(['entry'])
    expect(next.getSnapshot().storage.restore).toMatchObject({emptied: [], regressedCount: 0})
  })

  test('is opened at once when somebody asks, and never again by a page that has ended', async () => {
    const {keepspace, time, storage} = await startWithout(2)
    keepspace.retryStorage()
    await time.settle()
    expect(storage.tries()).toBe(2)
    await finish(time, keepspace.dispose())
    await time.advanceAsync(600_000)
    expect(storage.tries()).toBe(2)
  })

  test('loses nothing that it holds: another version of the same workspace stays, and this one is stored once beside it', async () => {
    const {keepspace, time, storage, again} = await startWithout(1, storeOther)
    const component = keepspace.activate('a').component(note, 'n1')
    keepspace.workspace('a').add(note, {id: 'n1', state: {text: 'made without storage'}})
    await time.advanceAsync(10_000)
    const {returned} = keepspace.getSnapshot().storage
    const [copy] = returned?.copies ?? []
    expect(returned).toEqual({kept: ['a'], copies: [{id: 'a', copyId: copy?.copyId}], missing: []})
    component.set({text: 'and more'})
    await time.advanceAsync(10_000)
    expect(keepspace.getSnapshot().storage.returned).toEqual(returned)

    const next = await again()
    expect(next.catalogue.getSnapshot().workspaces.map(({title}) => title)).toEqual(['a', 'a (my version)'])
    const text = async (id: string) => {
      await next.whenReady(id)
      return next.workspace(id).component(note, 'n1').getState()?.text
    }
    expect([await text('a'), await text(copy?.copyId ?? '')]).toEqual(['stored long before', 'and more'])
    expect(storage.tries()).toBe(3)
  })

  test('that fails again names what is missing, and takes it once when it is well, also if an answer was lost', async () => {
    const {keepspace, time, storage, again} = await startWithout(1)
    storage.faults.fail('commit', new KeepspaceError('storage.quota'), 2)
    await time.advanceAsync(2_000)
    expect(keepspace.getSnapshot().storage.returned).toEqual({kept: [], copies: [], missing: ['a']})
    expect(keepspace.getWorkAtRisk().workspaces).toBe(1)
    await time.advanceAsync(5_000)
    storage.faults.loseAnswer('storage.timeout')
    await time.advanceAsync(20_000)
    expect(keepspace.getSnapshot().storage.returned).toEqual({kept: ['a'], copies: [], missing: []})
    const next = await again()
    expect(next.catalogue.getSnapshot().workspaces.map(({id}) => id)).toEqual(['a'])
  })

  test('whose answer was lost gets what was made after that, into the same workspace or the same copy', async () => {
    for (const prepare of [undefined, storeOther]) {
      const {keepspace, time, storage, again} = await startWithout(1, prepare)
      const component = keepspace.activate('a').add(note, {id: 'n1', state: {text: 'one'}})
      keepspace.workspace('a').add(note, {id: 'n2'})
      storage.loseAnswerForHead()
      await time.advanceAsync(2_000)
      expect(keepspace.getSnapshot().storage.returned?.missing).toEqual(['a'])
      keepspace.workspace('a').remove('n2')
      keepspace.workspace('a').component(note, component).set({text: 'two'})
      await time.advanceAsync(6_000)
      expect(keepspace.getSnapshot().storage.returned?.missing).toEqual([])
      storage.loseAnswerForHead()
      keepspace.workspace('a').component(note, component).set({text: 'lost answer'})
      await time.advanceAsync(6_000)
      keepspace.workspace('a').component(note, component).set({text: 'three'})
      await time.advanceAsync(20_000)
      const copies = keepspace.getSnapshot().storage.returned?.copies ?? []
      const next = await again()
      expect(next.catalogue.getSnapshot().workspaces).toHaveLength(prepare === undefined ? 1 : 2)
      const id = copies[0]?.copyId ?? a
      await next.whenReady(id)
      expect(next.workspace(id).component(note, 'n1').getState()).toEqual({text: 'three'})
      expect(next.workspace(id).getComponents()).toHaveLength(1)
    }
  })

  test('and was emptied meanwhile is written to beside what is lost, and that is still told', async () => {
    const {keepspace, time, witness, again} = await startWithout(1)
    witness.note(a, 7)
    await time.advanceAsync(10_000)
    expect(keepspace.getSnapshot().storage.returned?.copies).toMatchObject([{id: 'a'}])
    const next = await again()
    expect(next.getSnapshot().storage.restore.emptied).toEqual(['a'])
  })

  test('is not written to by a version that has to read everything first', async () => {
    const {keepspace, time, storage} = await startWithout(1, undefined, {auditBeforeWrite: true})
    await time.advanceAsync(10_000)
    expect(keepspace.getSnapshot().storage.returned).toEqual({kept: [], copies: [], missing: ['a']})
    expect(storage.log.commits).toEqual([])
  })
})

async function storeOther(target: StorageTarget): Promise<void> {
  let count = 0
  const next = () => {
    count += 1
    return `before-${count}`
  }
  const before = await startKeepspace({target, ids: {next}})
  await createWorkspaces(before.keepspace, ['a'], before.time)
  before.keepspace.activate('a').add(note, {id: 'n1', state: {text: 'stored long before'}})
  await finish(before.time, before.keepspace.dispose())
}

/** A page whose storage opens after so many tries, with one workspace that was made without it. */
async function startWithout(
  failures: number,
  prepare: (target: StorageTarget) => Promise<void> = async () => undefined,
  options: Partial<KeepspaceOptions> = {},
) {
  const target = memoryStorage({isPersistent: true})
  await prepare(target)
  const real = faultyStorage(target)
  let tries = 0
  let isLosing = false
  const losing = async (port: StoragePort, ...[groups, commitOptions]: Parameters<StoragePort['commit']>) => {
    const results = await port.commit(groups, commitOptions)
    if (isLosing && groups.some(({expect: {key}}) => key.includes('/head/')) && results[0]?.status === 'committed') {
      isLosing = false
      throw new KeepspaceError('storage.timeout')
    }
    return results
  }
  const loseAnswerForHead = () => {
    isLosing = true
  }
  const slow: StorageTarget = {
    name: 'slow',
    open: () => {
      tries += 1
      return tries <= failures
        ? Promise.reject(new KeepspaceError('storage.unavailable', 'no answer within 5000 ms'))
        : real.target.open().then((port) => ({...port, commit: (...call) => losing(port, ...call)}))
    },
  }
  const started = await startKeepspace({storage: slow, ...options})
  await started.keepspace.whenStarted()
  await createWorkspaces(started.keepspace, ['a'], started.time)
  return {...started, storage: {tries: () => tries, loseAnswerForHead, faults: real.faults, log: real.log}}
}
