import {describe, expect, onTestFinished, test} from 'vitest'
import {createServerSaves, type ServerSavesOptions} from '../../src/host/outbox/server-saves.ts'
import {signOut} from '../../src/host/outbox/sign-out.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import type {WorkspaceDocument} from '../../src/model/workspace-server.ts'
import {createFakeLocks} from '../../src/testing/fake-locks.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {createOwnServer} from '../support/own-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const GATHER_MS = 2_000

describe('a workspace', () => {
  test('is saved on this device first and then on the server, and says so', async () => {
    const {keepspace, time, own, write} = await startSaving()
    write('milk')
    await time.advanceAsync(1_500)
    expect([keepspace.getStatus('a').level, own.version('a')]).toEqual(['onDevice', 1])
    await time.advanceAsync(GATHER_MS)
    expect([keepspace.getStatus('a').level, textIn(own.document('a'))]).toEqual(['onServer', ['milk']])
  })

  test('that is edited while it is on its way is not acknowledged as a whole', async () => {
    const {keepspace, time, own, saves, write} = await startSaving()
    const first = own.hold()
    write('one')
    await time.advanceAsync(4_000)
    expect(saves.getSnapshot().phase).toBe('sending')
    write('two')
    await time.advanceAsync(2_000)
    const release = own.hold()
    first()
    await time.settle()
    expect([textIn(own.document('a')), keepspace.getStatus('a').level]).toEqual([['one'], 'onDevice'])
    release()
    await time.settle()
    expect([textIn(own.document('a')), keepspace.getStatus('a').level]).toEqual([['two'], 'onServer'])
  })

  test('whose answer got lost makes no second version', async () => {
    const {time, own, write} = await startSaving()
    own.faults.push('lost')
    write('one')
    await time.advanceAsync(10_000)
    expect([own.version('a'), textIn(own.document('a'))]).toEqual([2, ['one']])
  })

  test('whose answer a killed page never heard is no stranger’s, even if it was edited since', async () => {
    const world = await startSaving()
    world.own.faults.push('lost')
    world.write('one')
    await world.time.advanceAsync(4_000)
    world.saves.close()
    world.write('two')
    await world.time.advanceAsync(2_000)
    const {saves} = await reload(world)
    await world.time.advanceAsync(5_000)
    expect([saves.getSnapshot().unsent, world.own.version('a'), textIn(world.own.document('a'))]).toEqual([
      [],
      3,
      ['two'],
    ])
  })

  test('that the server refuses for good stays here, and holds nobody up', async () => {
    const {time, own, saves, keepspace, write} = await startSaving({}, ['a', 'b'])
    own.faults.push(413)
    write('far too much')
    await time.advanceAsync(1_500)
    await finish(time, keepspace.catalogue.renameWorkspace('b' as never, 'B'))
    await time.advanceAsync(10_000)
    expect(saves.getSnapshot()).toMatchObject({
      phase: 'idle',
      unsent: [{workspaceId: 'a', reason: 'refused', error: {code: 'value.tooLarge'}}],
    })
    expect(own.document('b')?.title).toBe('B')
    write('little')
    await time.advanceAsync(10_000)
    expect([saves.getSnapshot().unsent, textIn(own.document('a'))]).toEqual([[], ['little']])
  })

  test('goes out with the new name of its entry alone, now and after a restart, and only once', async () => {
    const world = await startSaving({}, ['a', 'b'])
    const {keepspace, time, own, saves} = world
    await finish(time, keepspace.catalogue.renameEntry('entry' as never, 'Renamed'))
    await time.advanceAsync(GATHER_MS)
    expect(saves.getSnapshot().unsent).toEqual([])
    expect([own.document('a')?.entryTitle, own.document('b')?.entryTitle]).toEqual(['Renamed', 'Renamed'])
    saves.close()
    await finish(time, keepspace.catalogue.renameEntry('entry' as never, 'Renamed again'))
    own.log.length = 0
    const next = await reload(world)
    await time.advanceAsync(60_000)
    expect([own.document('a')?.entryTitle, own.document('b')?.entryTitle]).toEqual(['Renamed again', 'Renamed again'])
    expect([own.log.toSorted(), next.saves.getSnapshot().unsent]).toEqual([['a', 'b'], []])
  })

  test('is sent once more when its entry is renamed while it is on its way', async () => {
    const {keepspace, time, own, saves, write} = await startSaving()
    const release = own.hold()
    write('one')
    await time.advanceAsync(4_000)
    await finish(time, keepspace.catalogue.renameEntry('entry' as never, 'Renamed'))
    release()
    await time.advanceAsync(10_000)
    expect([own.document('a')?.entryTitle, textIn(own.document('a')), saves.getSnapshot().unsent]).toEqual([
      'Renamed',
      ['one'],
      [],
    ])
  })

  test('that storage does not have keeps nobody busy', async () => {
    const {again, storage, time, own, saves} = await startSaving({}, ['a', 'b'])
    saves.close()
    const keepspace = await again()
    const raw = await storage.target.open()
    const [headOfB] = (await raw.list('')).filter((key) => key.endsWith('head/b'))
    const [outboxOfB] = (await raw.list('')).filter((key) => key.endsWith('outbox/b'))
    const deletes = [headOfB ?? '', outboxOfB ?? '']
    await raw.commit([{commitId: 'x' as never, expect: {key: 'none', revision: 0}, puts: [], deletes}], {
      durability: 'relaxed',
    })
    own.log.length = 0
    const next = createServerSaves(keepspace, {server: own.server})
    onTestFinished(() => next.close())
    await time.advanceAsync(10_000)
    expect([next.getSnapshot().phase, own.log]).toEqual(['idle', []])
  })

  test('that a person deleted for good is deleted there, and one that was lost is not', async () => {
    const {keepspace, time, own, saves, storage, again} = await startSaving({}, ['a', 'b', 'c'])
    await finish(time, keepspace.catalogue.deleteWorkspace('b' as never))
    await time.advanceAsync(5_000)
    expect(own.version('b')).toBe(1)
    await finish(time, keepspace.catalogue.emptyTrash())
    await time.advanceAsync(5_000)
    expect([own.version('b'), own.version('c'), saves.getSnapshot().unsent]).toEqual([undefined, 1, []])
    const raw = await storage.target.open()
    const keys = await raw.list('')
    expect(keys.filter((key) => key.endsWith('outbox/b'))).toEqual([])

    saves.close()
    const deletes = keys.filter((key) => key.endsWith('head/c'))
    await raw.commit([{commitId: 'x' as never, expect: {key: 'none', revision: 0}, puts: [], deletes}], {
      durability: 'relaxed',
    })
    const next = createServerSaves(await again(), {server: own.server})
    onTestFinished(() => next.close())
    await time.advanceAsync(5_000)
    expect([deletes.length, next.getSnapshot().phase, own.version('c')]).toEqual([1, 'idle', 1])
  })

  test('that is in the trash, or not to be sent, stays here', async () => {
    const {own, saves} = await startSaving({includes: ({id}) => id !== 'b'}, ['a', 'b'])
    expect([own.version('a'), own.version('b'), saves.getSnapshot().unsent]).toEqual([1, undefined, []])
  })
})

describe('what waits', () => {
  test('survives a restart, and goes out in the order of its changes', async () => {
    const world = await startSaving({}, ['a', 'b', 'c'])
    const {time, own, keepspace} = world
    own.faults.push(...Array<'lost' | number>(20).fill(503))
    for (const id of ['c', 'a', 'b']) {
      keepspace.open(id).add(note, {id: 'n2'})
      await time.advanceAsync(2_000)
    }
    expect(world.saves.getSnapshot().unsent.map(({title}) => title)).toEqual(['c', 'a', 'b'])
    world.saves.close()
    own.faults.length = 0
    own.log.length = 0
    const {saves} = await reload(world)
    await time.advanceAsync(5_000)
    expect([own.log, saves.getSnapshot()]).toEqual([
      ['c', 'a', 'b'],
      {phase: 'idle', unsent: [], unstored: [], error: undefined},
    ])
  })

  test('is not forgotten while storage cannot be read at the start, nor what is to be deleted there', async () => {
    const world = await startSaving({}, ['a', 'b'])
    const {time, own, keepspace, faults} = world
    world.saves.close()
    await finish(time, keepspace.catalogue.deleteWorkspace('b' as never))
    await finish(time, keepspace.catalogue.emptyTrash())
    world.write('one')
    await time.advanceAsync(2_000)
    const next = await world.again()
    await time.settle()
    faults.fail('readPrefix', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    const saves = createServerSaves(next, {server: own.server})
    onTestFinished(() => saves.close())
    await time.advanceAsync(10_000)
    expect([saves.getSnapshot(), own.version('a'), own.version('b')]).toMatchObject([
      {phase: 'waiting', error: {code: 'storage.unavailable'}},
      1,
      1,
    ])
    faults.clear()
    await time.advanceAsync(60_000)
    expect([saves.getSnapshot(), own.version('a'), own.version('b')]).toEqual([
      {phase: 'idle', unsent: [], unstored: [], error: undefined},
      2,
      undefined,
    ])
  })

  test('waits as long as the server asks for', async () => {
    const {time, own, saves, write} = await startSaving()
    own.faults.push({status: 429, retryAfterMs: 60_000})
    write('one')
    await time.advanceAsync(30_000)
    expect(saves.getSnapshot()).toMatchObject({phase: 'waiting', error: {code: 'server.busy'}})
    expect(own.version('a')).toBe(1)
    await time.advanceAsync(40_000)
    expect([saves.getSnapshot().phase, own.version('a')]).toEqual(['idle', 2])
  })

  test.each([401, 403])('pauses after a %d until a new token comes, and keeps its order', async (status) => {
    const {time, own, saves, keepspace} = await startSaving({}, ['a', 'b'])
    own.faults.push(status)
    own.log.length = 0
    for (const id of ['b', 'a']) {
      await finish(time, keepspace.catalogue.renameWorkspace(id as never, `${id}2`))
    }
    await time.advanceAsync(600_000)
    expect([saves.getSnapshot().phase, own.log]).toEqual(['paused.unauthorized', ['b2']])
    expect(keepspace.getStatus('a').level).not.toBe('onServer')
    saves.tokenDelivered()
    await time.advanceAsync(1_000)
    expect([saves.getSnapshot().phase, own.log]).toEqual(['idle', ['b2', 'b2', 'a2']])
  })

  test('is not sent before something else is decided', async () => {
    let decide = () => {}
    const after = new Promise<void>((resolve) => {
      decide = resolve
    })
    const {time, own, saves} = await startSaving({after})
    expect([own.version('a'), saves.getSnapshot().phase]).toEqual([undefined, 'starting'])
    decide()
    await time.advanceAsync(100)
    expect([own.version('a'), saves.getSnapshot().phase]).toEqual([1, 'idle'])
  })

  test('of one person is never sent by another one on the same device', async () => {
    const world = await startSaving()
    world.saves.close()
    const other = await world.again({scope: 'bob'})
    const bobs = createOwnServer()
    const saves = createServerSaves(other, {server: bobs.server})
    await world.time.advanceAsync(60_000)
    expect([saves.getSnapshot().unsent, bobs.log]).toEqual([[], []])
  })

  test('is sent once by two tabs, and neither takes the other for a stranger', async () => {
    const locks = createFakeLocks()
    const buses = createFakeBuses()
    const world = await startSaving({}, ['a'], {locks: locks(), bus: buses()})
    const second = await world.again({locks: locks(), bus: buses()})
    const secondSaves = createServerSaves(second, {server: world.own.server})
    onTestFinished(() => secondSaves.close())
    await world.time.advanceAsync(3_000)
    world.write('from the first')
    await world.time.advanceAsync(20_000)
    expect(world.own.version('a')).toBe(2)
    expect([world.saves.getSnapshot().unsent, secondSaves.getSnapshot().unsent]).toEqual([[], []])
    expect([world.keepspace.getStatus('a').level, second.getStatus('a').level]).toEqual(['onServer', 'onServer'])
  })
})

describe('a workspace that another device changed', () => {
  test('is sent no more, and both versions are shown part by part', async () => {
    const {time, saves, own} = await startConflict()
    expect(saves.getSnapshot()).toMatchObject({phase: 'idle', unsent: [{workspaceId: 'a', reason: 'conflict'}]})
    await time.advanceAsync(600_000)
    expect([own.version('a'), textIn(own.document('a'))]).toEqual([2, ['theirs']])
    const {difference} = await finish(time, saves.readConflict('a'))
    expect(difference.components.map(({mine, theirs}) => [mine?.records, theirs?.records])).toEqual([
      [{state: {text: 'mine'}}, {state: {text: 'theirs'}}],
    ])
  })

  test('is still in conflict after a restart', async () => {
    const world = await startConflict()
    world.saves.close()
    const {saves} = await reload(world)
    await world.time.advanceAsync(60_000)
    expect([saves.getSnapshot().unsent[0]?.reason, world.own.version('a')]).toEqual(['conflict', 2])
  })

  test('becomes mine', async () => {
    const {time, saves, own, keepspace} = await startConflict()
    await finish(time, saves.resolve('a', 'mine'))
    await time.advanceAsync(5_000)
    expect([own.version('a'), textIn(own.document('a')), saves.getSnapshot().unsent]).toEqual([3, ['mine'], []])
    expect(keepspace.getStatus('a').level).toBe('onServer')
  })

  test('becomes theirs, and mine is in the trash', async () => {
    const {time, saves, own, keepspace} = await startConflict()
    await finish(time, saves.resolve('a', 'theirs'))
    await time.advanceAsync(5_000)
    expect([own.version('a'), saves.getSnapshot().unsent, textHere(keepspace)]).toEqual([2, [], 'theirs'])
    const [kept] = keepspace.catalogue.getSnapshot().trashedEntries
    expect(kept?.title).toBe('Entry: a (replaced)')
    const {file} = await finish(time, keepspace.files.export({entries: [kept?.id ?? '']}))
    expect(JSON.stringify(file)).toContain('mine')
  })

  test('becomes theirs beside mine', async () => {
    const {time, saves, own, keepspace} = await startConflict()
    await finish(time, saves.resolve('a', 'both'))
    await time.advanceAsync(5_000)
    const copy = keepspace.catalogue.getSnapshot().workspaces.find(({title}) => title === 'a (my version)')
    expect([textHere(keepspace), textIn(own.document('a')), textIn(own.document(copy?.id ?? ''))]).toEqual([
      'theirs',
      ['theirs'],
      ['mine'],
    ])
  })

  test('becomes one version of both, part by part', async () => {
    const {time, saves, own, keepspace} = await startConflict()
    const {difference} = await finish(time, saves.readConflict('a'))
    const [theirs] = difference.components
    await finish(time, saves.resolve('a', 'merge', {components: {[theirs?.key ?? '']: 'theirs'}}))
    await time.advanceAsync(5_000)
    expect([textHere(keepspace), textIn(own.document('a')), saves.getSnapshot().unsent]).toEqual([
      'theirs',
      ['theirs'],
      [],
    ])
    expect(keepspace.catalogue.getSnapshot().trashedEntries).toHaveLength(1)
  })

  test('and deleted is made anew only if somebody wants that', async () => {
    const {time, saves, own, write} = await startSaving()
    own.remove('a')
    write('mine')
    await time.advanceAsync(5_000)
    expect([own.version('a'), saves.getSnapshot().unsent[0]?.reason]).toEqual([undefined, 'conflict'])
    await finish(time, saves.resolve('a', 'mine'))
    await time.advanceAsync(5_000)
    expect(textIn(own.document('a'))).toEqual(['mine'])
  })
})

describe('signing out', () => {
  test('sends what can be sent, and then leaves nothing on the device but the count of it', async () => {
    const {time, keepspace, own, saves, write, storage} = await startSaving()
    write('last words')
    expect(await finish(time, signOut(keepspace, {serverSaves: saves}))).toEqual({status: 'signedOut', unsent: []})
    expect(textIn(own.document('a'))).toEqual(['last words'])
    expect(await (await storage.target.open()).list('')).toEqual(['scope/test%2Flocal/purged'])
  })

  test('names what the server does not have, and removes nothing unless that is wanted', async () => {
    const {time, keepspace, own, saves, write, storage} = await startSaving()
    own.faults.push(...Array<number>(20).fill(503))
    write('unsent')
    expect(await finish(time, signOut(keepspace, {serverSaves: saves}))).toEqual({
      status: 'unsent',
      unsent: [{kind: 'workspace', id: 'a', title: 'a', reason: 'waiting'}],
    })
    expect(textHere(keepspace)).toBe('unsent')
    const report = await finish(time, signOut(keepspace, {serverSaves: saves, anyway: true}))
    expect([report.status, report.unsent.length]).toEqual(['signedOut', 1])
    expect(await (await storage.target.open()).list('')).toEqual(['scope/test%2Flocal/purged'])
  })
})

/** A Keepspace whose workspaces are saved to an app's own server; what it begins with is there already. */
async function startSaving(
  options: Partial<ServerSavesOptions> = {},
  ids: readonly string[] = ['a'],
  more: Parameters<typeof startWithNote>[0] = {},
) {
  const own = createOwnServer()
  const started = await startWithNote(more, ids)
  const saves = createServerSaves(started.keepspace, {server: own.server, ...options})
  onTestFinished(() => saves.close())
  await started.time.advanceAsync(5_000)
  return {...started, own, saves, write: (text: string) => started.component.set({text})}
}

async function reload({again, own, time}: Awaited<ReturnType<typeof startSaving>>) {
  const keepspace = await again()
  const saves = createServerSaves(keepspace, {server: own.server})
  onTestFinished(() => saves.close())
  await time.settle()
  return {keepspace, saves}
}

/** The same note was changed here and by another device. */
async function startConflict() {
  const world = await startSaving()
  world.own.change('a', (document) => ({
    ...document,
    components: document.components.map((component) => ({...component, records: {state: {text: 'theirs'}}})),
  }))
  world.write('mine')
  await world.time.advanceAsync(5_000)
  return world
}

function textIn(document: WorkspaceDocument | undefined): readonly unknown[] | undefined {
  return document?.components.map(({records}) => (records.state as {text?: unknown}).text)
}

function textHere(keepspace: Keepspace): string | undefined {
  return keepspace.workspace('a').component(note, 'n1').getState()?.text
}
