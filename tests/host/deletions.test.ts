import {describe, expect, onTestFinished, test} from 'vitest'
import {listUnsentWork} from '../../src/host/outbox/unsent-work.ts'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {createFakeSessionServer} from '../support/session-server.ts'
import {finish, startKeepspace} from '../support/start-keepspace.ts'

const UNDO_MS = 6_000
const RETRY_MS = 30_000

/** Two sessions on the server, the first of which is deleted here. */
async function startDeleting() {
  const newBus = createFakeBuses()
  const started = await startKeepspace({bus: newBus()})
  const {keepspace, time, again} = started
  const fake = createFakeSessionServer()
  await finish(time, fake.put('s1', 'Plans'))
  await finish(time, fake.put('s2', 'Others'))
  const visit = (on: Keepspace) => {
    const sessions = createSessions(on, {server: fake.server})
    onTestFinished(() => sessions.close())
    return sessions
  }
  const sessions = visit(keepspace)
  await time.settle()
  const document = {id: 's1', title: 'Plans', revision: 1}
  const note = () => finish(time, sessions.deletions.note('sessions', [document], UNDO_MS))
  /** The page is left, and another one is opened. */
  const next = async (begin: () => void = () => undefined) => {
    const life = await again({bus: newBus()})
    begin()
    const later = visit(life)
    await time.settle()
    return later
  }
  const leave = async (begin?: () => void) => {
    sessions.close()
    return next(begin)
  }
  return {...started, fake, sessions, document, note, next, leave, there: () => [...fake.sessions.keys()]}
}

describe('a deletion whose page is left before it is made', () => {
  test('is offered by the next page, can be undone there as long as before, and is made then', async () => {
    const {note, leave, time, there} = await startDeleting()
    await note()
    await time.advanceAsync(1_000)
    const {deletions} = await leave()
    const offered = [{list: 'sessions', id: 's1', title: 'Plans'}]
    expect(deletions.getSnapshot()).toMatchObject({waiting: offered, refused: [], done: []})
    await time.advanceAsync(UNDO_MS - 100)
    expect(there()).toEqual(['s1', 's2'])
    await time.advanceAsync(200)
    expect(there()).toEqual(['s2'])
    expect(deletions.getSnapshot()).toEqual({waiting: [], refused: [], done: [{list: 'sessions', id: 's1'}]})
  })

  test('is not made when it is undone there, nor later', async () => {
    const {note, leave, next, time, there} = await startDeleting()
    await note()
    const second = await leave()
    await finish(time, second.deletions.undo('sessions', ['s1']))
    second.close()
    const third = await next()
    await time.advanceAsync(60_000)
    expect([there(), second.deletions.getSnapshot().waiting, third.deletions.getSnapshot().waiting]).toEqual([
      ['s1', 's2'],
      [],
      [],
    ])
  })

  test('waits for network and sign-in, over as many visits as it takes', async () => {
    const {note, leave, next, time, fake, there} = await startDeleting()
    await note()
    fake.fault = 'server.offline'
    const second = await leave()
    await time.advanceAsync(UNDO_MS + 100)
    expect(second.deletions.getSnapshot().waiting).toHaveLength(1)
    second.close()
    fake.fault = 'server.unauthorized'
    const third = await next()
    await time.advanceAsync(UNDO_MS + 100)
    fake.fault = undefined
    third.tokenDelivered()
    await time.advanceAsync(100)
    expect([there(), third.deletions.getSnapshot().waiting]).toEqual([['s2'], []])
  })

  test('is tried again by itself, and with the network, but not before it can no longer be undone', async () => {
    const {sessions, note, next, time, fake, there} = await startDeleting()
    await note()
    fake.fault = 'server.offline'
    sessions.close()
    await time.advanceAsync(60_000)
    const {networkReturned, deletions} = await next()
    networkReturned()
    await time.advanceAsync(100)
    expect(fake.asked).toEqual([])
    await time.advanceAsync(UNDO_MS)
    expect(fake.asked).toEqual(['deleteSession'])
    networkReturned()
    await time.advanceAsync(100)
    expect(fake.asked).toEqual(['deleteSession', 'deleteSession'])
    fake.fault = undefined
    await time.advanceAsync(RETRY_MS)
    expect([there(), deletions.getSnapshot().waiting]).toEqual([['s2'], []])
  })

  test('that the server refuses is told, over a restart too, until a person has read it, and never tried again', async () => {
    const {note, leave, next, time, fake, there} = await startDeleting()
    await note()
    await finish(time, fake.put('s1', 'Plans, changed'))
    const second = await leave()
    await time.advanceAsync(UNDO_MS + 100)
    const refused = [{id: 's1', title: 'Plans', error: {code: 'revision.conflict'}}]
    expect(second.deletions.getSnapshot()).toMatchObject({waiting: [], refused, done: []})
    second.close()
    const third = await next()
    await time.advanceAsync(60_000)
    expect(third.deletions.getSnapshot()).toMatchObject({waiting: [], refused})
    expect([there(), fake.asked]).toEqual([['s1', 's2'], ['deleteSession']])
    await finish(time, third.deletions.dismiss('sessions', 's1'))
    third.close()
    expect((await next()).deletions.getSnapshot().refused).toEqual([])
  })

  test('is found as soon as storage can be read again, and the sessions with it', async () => {
    const {note, leave, keepspace, sessions, time, faults, there} = await startDeleting()
    const entryId = await finish(time, keepspace.catalogue.createEntry({title: 'Others'}))
    await finish(time, sessions.saveAs(entryId, {title: 'Others'}))
    await note()
    const again = await leave(() =>
      faults.fail('readPrefix', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY),
    )
    await time.advanceAsync(10_000)
    expect([again.deletions.getSnapshot().waiting, again.getStatus(entryId).phase]).toEqual([[], 'none'])
    faults.clear()
    await time.advanceAsync(5_600)
    expect(again.deletions.getSnapshot().waiting).toHaveLength(1)
    expect(again.getStatus(entryId).phase).toBe('saved')
    await time.advanceAsync(UNDO_MS)
    expect(there()).not.toContain('s1')
  })

  test('and that is gone on the server is done', async () => {
    const {note, leave, time, fake} = await startDeleting()
    await note()
    fake.sessions.delete('s1')
    const {deletions} = await leave()
    await time.advanceAsync(UNDO_MS + 100)
    expect(deletions.getSnapshot()).toMatchObject({waiting: [], refused: [], done: [{id: 's1'}]})
  })
})

describe('a deletion on the page that asked for it', () => {
  test('leaves nothing behind when it was made, or undone in the same moment', async () => {
    const {sessions, note, leave, time, document, fake} = await startDeleting()
    await note()
    expect(await finish(time, sessions.deletions.send('sessions', document))).toBe(true)
    const noted = sessions.deletions.note('sessions', [{id: 's2', title: 'Others', revision: 1}], UNDO_MS)
    const undone = sessions.deletions.undo('sessions', ['s2'])
    await finish(time, Promise.all([noted, undone]))
    const {deletions} = await leave()
    await time.advanceAsync(60_000)
    expect([[...fake.sessions.keys()], deletions.getSnapshot().waiting]).toEqual([['s2'], []])
  })

  test('that fails there is taken back, and not made by a later one', async () => {
    const {sessions, note, leave, time, document, fake, there} = await startDeleting()
    await note()
    fake.fault = 'server.offline'
    await expect(finish(time, sessions.deletions.send('sessions', document))).rejects.toMatchObject({
      code: 'server.offline',
    })
    fake.fault = undefined
    await leave()
    await time.advanceAsync(60_000)
    expect(there()).toEqual(['s1', 's2'])
  })

  test('is not made when another tab has undone it', async () => {
    const {sessions, note, next, time, document, there} = await startDeleting()
    await note()
    const other = await next()
    await finish(time, other.deletions.undo('sessions', ['s1']))
    expect(await finish(time, sessions.deletions.send('sessions', document))).toBe(false)
    expect(there()).toEqual(['s1', 's2'])
  })

  test('is offered to be undone in another tab until it is made there, and no longer', async () => {
    const {sessions, note, next, time, document, there} = await startDeleting()
    await note()
    await time.advanceAsync(1_000)
    const other = await next()
    expect(other.deletions.getSnapshot().waiting).toHaveLength(1)
    await time.advanceAsync(UNDO_MS - 1_000)
    expect(await finish(time, sessions.deletions.send('sessions', document))).toBe(true)
    expect(other.deletions.getSnapshot()).toEqual({waiting: [], refused: [], done: [{list: 'sessions', id: 's1'}]})
    await time.advanceAsync(60_000)
    expect(there()).toEqual(['s2'])
  })

  test('that is undone is offered in no other tab any more, and made by none', async () => {
    const {sessions, note, next, time, there} = await startDeleting()
    await note()
    const other = await next()
    await finish(time, sessions.deletions.undo('sessions', ['s1']))
    await time.settle()
    expect(other.deletions.getSnapshot()).toEqual({waiting: [], refused: [], done: []})
    await time.advanceAsync(60_000)
    expect(there()).toEqual(['s1', 's2'])
  })

  test('stays offered when a tab only says that it is made, and storage knows of it', async () => {
    const newBus = createFakeBuses()
    const {note, sessions, again, time, fake} = await startDeleting()
    await note()
    sessions.close()
    const later = createSessions(await again({bus: newBus()}), {server: fake.server})
    onTestFinished(() => later.close())
    await time.settle()
    newBus().post({type: 'deletion', list: 'sessions', id: 's1', isMade: true})
    await time.settle()
    expect(later.deletions.getSnapshot()).toMatchObject({waiting: [{id: 's1'}], done: []})
  })

  test('goes out before a person signs out, and is named when it cannot', async () => {
    const {keepspace, sessions, note, time, fake, there} = await startDeleting()
    await note()
    fake.fault = 'server.offline'
    expect(await finish(time, listUnsentWork(keepspace, {sessions}))).toEqual([
      {kind: 'deletion', id: 's1', title: 'Plans', list: 'sessions'},
    ])
    fake.fault = undefined
    expect(await finish(time, listUnsentWork(keepspace, {sessions}))).toEqual([])
    expect(there()).toEqual(['s2'])
  })
})
