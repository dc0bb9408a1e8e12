import {describe, expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {createSessions} from '../../src/host/sessions/sessions.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {createOwnServer} from '../support/own-server.ts'
import {createFakeSessionServer} from '../support/session-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

/** The same person in two tabs; the second one has something open and goes on editing. */
async function startTwoTabs() {
  const buses = createFakeBuses()
  const world = await startWithNote({bus: buses()})
  const {time, again, storage} = world
  const second = await again({bus: buses()})
  const theirs = (await finish(time, second.whenReady('a'))).component(note, 'n1')
  await time.advanceAsync(1_000)
  const stored = async () => (await storage.target.open()).list('')
  return {...world, second, theirs, stored, stranger: buses()}
}

describe('after everything was deleted in one tab', () => {
  test('another one ends: what a person removed from this device is not stored again', async () => {
    const {keepspace, second, theirs, time, stored, events} = await startTwoTabs()
    theirs.set({text: 'unsaved'})
    await keepspace.purge()
    await time.advanceAsync(120_000)
    expect(await stored()).toEqual(['scope/test%2Flocal/purged'])
    expect(second.getSnapshot().storage.phase).toBe('closed')
    expect(events.filter(({type}) => type === 'purged_elsewhere')).toHaveLength(1)
    expect(() => theirs.set({text: 'more'})).toThrow(expect.objectContaining({code: 'scope.purged'}))
    expect(() => second.open('a')).toThrow(expect.objectContaining({code: 'scope.purged'}))
    await second.dispose()
    expect(await stored()).toEqual(['scope/test%2Flocal/purged'])
  })

  test('nothing is sent to a server from another one any more', async () => {
    const {keepspace, second, theirs, time} = await startTwoTabs()
    const own = createOwnServer()
    const saves = createServerSaves(second, {server: own.server})
    const sessions = createSessions(second, {server: createFakeSessionServer().server})
    onTestFinished(() => sessions.close())
    await time.advanceAsync(5_000)
    theirs.set({text: 'unsaved'})
    own.log.length = 0
    await keepspace.purge()
    await time.advanceAsync(60_000)
    expect([saves.getSnapshot().phase, own.log, second.getHealth().server]).toEqual(['closed', [], undefined])
  })
})

test('a message alone ends nobody: storage still has everything', async () => {
  const {second, theirs, time, stranger, events} = await startTwoTabs()
  stranger.post({type: 'purged'})
  await time.advanceAsync(5_000)
  theirs.set({text: 'goes on'})
  await time.advanceAsync(5_000)
  expect([second.getStatus('a').save, second.getSnapshot().storage.phase]).toEqual([
    'saved',
    expect.not.stringMatching('closed'),
  ])
  expect(events.map(({type}) => type)).not.toContain('purged_elsewhere')
})
