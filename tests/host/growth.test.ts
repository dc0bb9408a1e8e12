import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {CommitId, EntryId, WorkspaceId} from '../../src/model/ids.ts'
import type {StoredRecord} from '../../src/model/storage-port.ts'
import {type Kept, outlived} from '../../src/services/growth/retention.policy.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import type {FakeIdle} from '../../src/testing/fake-idle.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {createSimulatedTime, type SimulatedTime} from '../../src/testing/simulated-time.ts'
import {note} from '../support/definitions.ts'
import {finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const scope = 'scope/test%2Flocal/'
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const a = 'a' as WorkspaceId

/** Lets everything run that waits for quiet moments. */
async function tidy({idle, time}: {readonly idle: FakeIdle; readonly time: SimulatedTime}): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    quiet = idle.pass() ? 0 : quiet + 1
    await time.advanceAsync(20)
  }
}

/** A stored workspace with a note, a deleted note, and whatever is planted beside it; then a fresh page `days` later. */
async function startLater(days: number, planted: readonly StoredRecord[] = [], options = {}) {
  const target = memoryStorage({isPersistent: true})
  const first = await startWithNote({target}, ['a', 'b'])
  first.component.set({text: 'kept'})
  first.workspace.add(note, {id: 'n2', state: {text: 'deleted with a rather long text'}})
  await finish(first.time, first.keepspace.persist('a', 'explicit'))
  first.workspace.remove('n2')
  await finish(first.time, first.keepspace.persist('a', 'explicit'))
  await finish(first.time, first.keepspace.dispose())
  const port = await target.open()
  port.putNow?.(planted.map(({key, value}) => ({key: scope + key, value})))
  const time = createSimulatedTime(1_000_000 + days * dayMs)
  const started = await startKeepspace({target, time, ...options})
  const keys = async () => (await port.list(scope)).map((key) => key.slice(scope.length))
  return {...started, time, port, keys, target}
}

const lost = (at: number, name: string): StoredRecord => ({
  key: `history/a/${at}.${name}/c%2Fa%2Fn1%2Fstate`,
  value: {revision: 1, json: 'x'.repeat(100)},
})

describe('what has outlived its time', () => {
  test('stays until then, and nothing of it is written', async () => {
    const started = await startLater(29, [lost(1_000_000, 'one')])
    const before = await started.keys()
    await tidy(started)
    expect(await started.keys()).toEqual([...before, 'audit', 'clock'].sort())
    expect(started.log.commits).toHaveLength(2)
  })

  test('a deleted component goes with its content after 30 days; its siblings and the head stay right', async () => {
    const started = await startLater(31)
    const {keepspace, time, keys, events, again} = started
    await tidy(started)
    expect((await keys()).filter((key) => key.startsWith('c/a/'))).toEqual(['c/a/n1/.layout', 'c/a/n1/state'])
    expect(events.filter(({type}) => type === 'storage_collected')).toMatchObject([
      {kind: 'deleted', count: 1},
      {kind: 'previous', count: 1},
    ])
    await finish(time, keepspace.whenReady('a'))
    expect(keepspace.workspace('a').component(note, 'n1').getState()).toEqual({text: 'kept'})
    const third = await again()
    expect(third.catalogue.getSnapshot().workspaces.find(({id}) => id === 'a')).toMatchObject({componentCount: 1})
  })

  test('a workspace in memory is left to itself, and one that another tab changes meanwhile too', async () => {
    const hot = await startLater(31)
    await finish(hot.time, hot.keepspace.whenReady('a'))
    await tidy(hot)
    expect(await hot.keys()).toContain('c/a/n2/state')

    const raced = await startLater(31)
    const held = [raced.faults.delay('commit'), raced.faults.delay('commit'), raced.faults.delay('commit')]
    const isCollecting = () => raced.log.commits.some(({groups}) => groups.some(({deletes}) => deletes.length === 3))
    while (!isCollecting()) {
      held[raced.log.commits.length - 2]?.release()
      raced.idle.pass()
      await raced.time.settle()
    }
    const other = await raced.again()
    await other.whenReady('a')
    other.workspace('a').undelete('n2')
    await finish(raced.time, other.persist('a', 'explicit'))
    for (const {release} of held) {
      release()
    }
    await tidy(raced)
    expect(await raced.keys()).toContain('c/a/n2/state')
    expect(raced.events.filter(({type}) => type === 'storage_collect_failed')).toMatchObject([
      {error: {code: 'revision.conflict'}},
    ])
  })

  test('brought back in a tab that still holds it, it is stored again as a whole', async () => {
    const target = memoryStorage({isPersistent: true})
    const holder = await startWithNote({target})
    holder.workspace.add(note, {id: 'n2', state: {text: 'only in memory soon'}})
    await finish(holder.time, holder.keepspace.persist('a', 'explicit'))
    holder.workspace.remove('n2')
    await finish(holder.time, holder.keepspace.persist('a', 'explicit'))
    const other = await startKeepspace({target})
    await other.keepspace.storage.free('deleted')
    holder.workspace.undelete('n2')
    await finish(holder.time, holder.keepspace.persist('a', 'explicit'))
    const third = await startKeepspace({target})
    await finish(third.time, third.keepspace.whenReady('a'))
    expect(third.keepspace.workspace('a').component(note, 'n2').getState()).toEqual({text: 'only in memory soon'})
  })

  test('goes from the trash after 30 days there, from history by age and by size, oldest first', async () => {
    const start = 1_000_000
    const started = await startLater(
      29,
      [lost(start, 'old'), lost(start + 40 * dayMs, 'new'), lost(start + 41 * dayMs, 'newer')],
      {retention: {historyMs: 60 * dayMs, historyBytes: 220}},
    )
    const {keepspace, time, keys} = started
    await finish(time, keepspace.catalogue.deleteWorkspace('b' as WorkspaceId))
    await tidy(started)
    expect((await keys()).filter((key) => key.startsWith('history/'))).toEqual([expect.stringContaining('.newer/')])
    expect(await keys()).toContain('head/b')
    const time2 = createSimulatedTime(1_000_000 + 60 * dayMs)
    const later = await startKeepspace({target: started.target, time: time2})
    await tidy({...later, time: time2})
    await time2.advanceAsync(hourMs)
    await tidy({...later, time: time2})
    expect(await keys()).not.toContain('head/b')
    expect(later.keepspace.catalogue.getSnapshot().workspaces.map(({id}) => id)).toEqual(['a'])
  })

  test('waits when the clock jumped, until it went on evenly for an hour in which somebody was there', async () => {
    const started = await startLater(29)
    await tidy(started)
    const {target, keys} = started
    const time = createSimulatedTime(1_000_000 + 90 * dayMs)
    const jumped = {...(await startKeepspace({target, time})), time}
    await tidy(jumped)
    expect(await keys()).toContain('c/a/n2/state')
    await time.advanceAsync(hourMs / 2)
    time.setWallClock(1_000_000 + 29 * dayMs)
    await time.advanceAsync(hourMs)
    await tidy(jumped)
    expect(await keys()).toContain('c/a/n2/state')
    time.setWallClock(1_000_000 + 31 * dayMs)
    await time.advanceAsync(2 * hourMs)
    await tidy(jumped)
    expect(await keys()).not.toContain('c/a/n2/state')
  })

  test('last words of a living workspace are never removed: they become part of it', async () => {
    const target = memoryStorage({isPersistent: true})
    const page = createFakePage()
    const first = await startWithNote({target, lifecycle: page.lifecycle})
    first.component.set({text: 'before'})
    await finish(first.time, first.keepspace.persist('a', 'explicit'))
    first.faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    first.component.set({text: 'last words'})
    page.emit('leaving')
    const time = createSimulatedTime(1_000_000 + 2 * dayMs)
    const later = {...(await startKeepspace({target, time})), time}
    await tidy(later)
    const keys = await (await target.open()).list(scope)
    expect(keys.filter((key) => key.includes('/leave/'))).toEqual([])
    await finish(later.time, later.keepspace.whenReady('a'))
    expect(later.keepspace.workspace('a').component(note, 'n1').getState()).toEqual({text: 'last words'})
  })

  test('last words that cannot be read go into the quarantine, and those of a lost workspace stay', async () => {
    const started = await startLater(2, [
      {key: 'leave/a/t1', value: 'torn'},
      {key: 'leave/lost/t1', value: {...leaveOf('lost'), leftAt: 1_000_000}},
    ])
    await tidy(started)
    expect((await started.keys()).filter((key) => key.startsWith('leave/'))).toEqual(['leave/lost/t1'])
    expect(await started.keepspace.quarantine.list()).toMatchObject([{key: 'leave/a/t1', reason: 'shape'}])
  })

  test('what an interrupted deletion left is finished: records without a head, workspaces without their entry', async () => {
    const target = memoryStorage({isPersistent: true})
    const {keepspace, time, faults} = await startWithNote({target}, ['a', 'b'])
    await finish(time, keepspace.dispose())
    const second = await startKeepspace({target})
    await finish(second.time, second.keepspace.catalogue.deleteEntry('entry' as EntryId))
    const list = second.faults
    list.fail('list', new KeepspaceError('storage.unavailable', 'in the middle'))
    await expect(finish(second.time, second.keepspace.catalogue.emptyTrash())).rejects.toMatchObject({
      code: 'storage.unavailable',
    })
    const third = await startKeepspace({target})
    await tidy(third)
    expect(third.keepspace.catalogue.getSnapshot().trashedWorkspaces.map(({id}) => id)).toEqual(['a', 'b'])
    faults.clear()
    const port = await target.open()
    port.putNow?.([
      {key: `${scope}gone/x`, value: {revision: 1, deletedAt: time.now()}},
      {key: `${scope}c/x/n1/state`, value: {}},
      {key: `${scope}c/y/n1/state`, value: {}},
    ])
    const fourth = await startKeepspace({target})
    await tidy(fourth)
    const keys = (await port.list(scope)).map((key) => key.slice(scope.length))
    expect(keys.filter((key) => /^c\/[xy]\//.test(key))).toEqual(['c/y/n1/state'])
  })
})

describe('the view of what storage holds', () => {
  test('counts by kind and by workspace, with progress, and agrees with itself', async () => {
    const {keepspace} = await startLater(1, [lost(1_000_000, 'one'), {key: 'leave/a/t1', value: 'torn'}])
    const progress: string[] = []
    const usage = await keepspace.storage.usage({onProgress: (done, total) => void progress.push(`${done}/${total}`)})
    expect(progress).toEqual(['1/2', '2/2'])
    expect(usage.kinds.map(({kind, count}) => [kind, count])).toEqual([
      ['workspaces', 2],
      ['trash', 0],
      ['deleted', 1],
      ['history', 1],
      ['previous', 1],
      ['lastWords', 1],
      ['quarantine', 0],
      ['other', expect.any(Number)],
    ])
    expect(usage.kinds.find(({kind}) => kind === 'history')?.oldestAt).toBe(1_000_000)
    expect(usage.workspaces.map(({id}) => id)).toEqual(['a', 'b'])
    expect(usage.bytes).toBe(usage.kinds.reduce((sum, {bytes}) => sum + bytes, 0))
    const deleted = usage.kinds.find(({kind}) => kind === 'deleted')
    expect(deleted?.bytes).toBeGreaterThan('deleted with a rather long text'.length)
  })

  test('frees one kind at once, says how much, and takes it back', async () => {
    const {keepspace, keys, time} = await startLater(1, [lost(1_000_000, 'one')])
    const before = await keys()
    for (const kind of ['deleted', 'history'] as const) {
      const freed = await keepspace.storage.free(kind)
      expect(freed.count).toBe(1)
      expect(freed.bytes).toBeGreaterThan(90)
      expect(await keys()).not.toEqual(before)
      await freed.undo?.()
      expect(await keys()).toEqual(before)
    }
    await finish(time, keepspace.whenReady('a'))
    keepspace.workspace('a').undelete('n2')
    expect(keepspace.workspace('a').component(note, 'n2').getState()).toEqual({
      text: 'deleted with a rather long text',
    })
    expect(await keepspace.storage.free('quarantine')).toEqual({count: 0, bytes: 0, undo: undefined, error: undefined})
  })

  test('that is stopped in the middle says so, and takes back what it had freed', async () => {
    const {keepspace: first, workspace, time, again, storage, faults} = await startWithNote({}, ['a', 'b'])
    const other = first.open('b')
    await time.settle()
    for (const deletes of [workspace, other]) {
      deletes.remove(deletes.add(note, {state: {text: 'deleted'}}))
    }
    await finish(time, first.dispose())
    const keepspace = await again()
    const port = await storage.target.open()
    const before = await port.list('')
    const held = faults.delay('commit')
    const freeing = keepspace.storage.free('deleted')
    await held.reached
    faults.fail('commit', new KeepspaceError('storage.timeout'))
    held.release()
    const freed = await finish(time, freeing)
    expect(freed).toMatchObject({count: 1, error: {code: 'storage.timeout'}})
    expect((await port.list('')).length).toBeLessThan(before.length)
    await finish(time, freed.undo?.() ?? Promise.reject(new Error('no undo')))
    expect(await port.list('')).toEqual(before)
  })

  test('frees the trash through the catalogue, and takes nothing of that back', async () => {
    const {keepspace, keys, time} = await startLater(1)
    await finish(time, keepspace.catalogue.deleteWorkspace(a))
    const freed = await finish(time, keepspace.storage.free('trash'))
    expect(freed).toMatchObject({count: 1, undo: undefined})
    expect((await keys()).filter((key) => key.startsWith('c/a/') || key === 'head/a')).toEqual([])
  })
})

describe(outlived.name, () => {
  const kept = (key: string, sinceMs: number | undefined, bytes = 10): Kept => ({key, sinceMs, bytes})
  const limits = {nowMs: 1_000, ageMs: 500, capBytes: 25}

  test.each([
    ['nothing while young and small', [kept('a', 600), kept('b', 900)], []],
    ['what is old', [kept('a', 500), kept('b', 501)], ['a']],
    ['the oldest while there is too much', [kept('c', 900), kept('a', 700), kept('b', 800)], ['a']],
    ['what says not since when, when there is too much', [kept('a', 900), kept('b', undefined), kept('c', 950)], ['b']],
    ['nothing of unknown age while there is room', [kept('b', undefined)], []],
  ])('lets go %s', (_, list, expected) => {
    expect(outlived(list, limits).map(({key}) => key)).toEqual(expected)
  })
})

function leaveOf(id: string) {
  return {
    formatVersion: 1,
    workspaceId: id,
    tabId: 't1',
    baseRevision: 3,
    ownCommitIds: [],
    puts: [],
    deletes: [],
    head: {
      formatVersion: 1,
      id,
      entryId: 'entry',
      title: id,
      order: 'a0',
      createdAt: 0,
      updatedAt: 0,
      componentCount: 0,
      bytes: 0,
      revision: 4,
      commitId: 'c' as CommitId,
    },
  }
}
