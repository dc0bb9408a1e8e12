import {expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import type {EntryId} from '../../src/model/ids.ts'
import type {WorkspaceServer} from '../../src/model/workspace-server.ts'
import {createOwnServer} from '../support/own-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

test('a workspace that the server always fails on does not hold up the others, and is tried again', async () => {
  const own = createOwnServer()
  let isFailing = true
  const {saves, time} = await startSending(own, {
    save: (document, options) =>
      document.id === 'b' && isFailing
        ? Promise.reject(Object.assign(new Error('status 500'), {status: 500}))
        : own.server.save(document, options),
  })
  await time.advanceAsync(120_000)
  expect([own.version('a'), own.version('c'), saves.getSnapshot()]).toMatchObject([
    1,
    1,
    {phase: 'waiting', unsent: [{workspaceId: 'b', reason: 'waiting'}]},
  ])
  isFailing = false
  await time.advanceAsync(120_000)
  expect([own.version('b'), saves.getSnapshot().phase]).toEqual([1, 'idle'])
})

test('a server that asks for a pause is busy as a whole: the order stays', async () => {
  const own = createOwnServer()
  own.faults.push(...Array.from({length: 4}, () => ({status: 503, retryAfterMs: 10})))
  const {saves, time} = await startSending(own, {})
  await time.advanceAsync(300_000)
  expect([own.log, saves.getSnapshot().phase]).toEqual([['b', 'b', 'b', 'b', 'b', 'c', 'a'], 'idle'])
})

test('an answer that never comes counts as lost after a minute, and what waits behind it goes on', async () => {
  const own = createOwnServer()
  let calls = 0
  const {saves, time} = await startSending(own, {
    save: (document, options) => {
      calls += 1
      return calls === 1 ? new Promise(() => undefined) : own.server.save(document, options)
    },
  })
  await time.advanceAsync(30_000)
  expect([saves.getSnapshot().phase, own.version('a'), calls]).toEqual(['sending', undefined, 1])
  await time.advanceAsync(60_000)
  expect([saves.getSnapshot().phase, own.version('a'), own.version('b')]).toEqual(['idle', 1, 1])
})

test('a workspace is not called “on the server” while a new title of its entry was refused there', async () => {
  const own = createOwnServer()
  const {keepspace, time} = await startSending(own, {})
  await time.advanceAsync(10_000)
  expect(keepspace.getStatus('a').level).toBe('onServer')
  own.faults.push(413, 413, 413)
  await finish(time, keepspace.catalogue.renameEntry('entry' as EntryId, 'Renamed'))
  await time.advanceAsync(30_000)
  expect([keepspace.getStatus('a').level, own.document('a')?.entryTitle]).not.toContain('onServer')
  own.faults.splice(0)
  await finish(time, keepspace.catalogue.renameEntry('entry' as EntryId, 'Again'))
  await time.advanceAsync(30_000)
  expect([keepspace.getStatus('a').level, own.document('a')?.entryTitle]).toEqual(['onServer', 'Again'])
})

async function startSending(own: ReturnType<typeof createOwnServer>, more: Partial<WorkspaceServer>) {
  const world = await startWithNote({}, ['a', 'b', 'c'])
  const saves = createServerSaves(world.keepspace, {server: {...own.server, ...more}})
  onTestFinished(() => saves.close())
  return {...world, saves}
}
