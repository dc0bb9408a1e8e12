import {describe, expect, test, vi} from 'vitest'
import {systemTime} from '../../../src/services/time/system-time.ts'
import {createFakePage} from '../../../src/testing/fake-page.ts'
import {note} from '../../support/definitions.ts'
import {phaseBecomes, startWorld, textIn, writeNote} from '../support/start-world.ts'

const TEN_MINUTES_MS = 600_000

/** One session open on two devices, the clock of the second one wrong. */
async function startTwo(clockErrorMs = 0) {
  const {device} = await startWorld()
  const page = createFakePage()
  const time = {...systemTime, now: () => systemTime.now() + clockErrorMs}
  const first = await device('ada')
  const second = await device('ada', {time, lifecycle: page.lifecycle})
  const {entryId, note: text} = await writeNote(first.keepspace, 'one')
  const {sessionId = ''} = await first.sessions.saveAs(entryId, {title: 'Numbers'})
  const opened = await second.sessions.open(sessionId)
  await phaseBecomes(second.sessions, opened, 'saved')
  const change = async (to: string) => {
    text.set({text: to})
    await first.keepspace.flush()
    expect(await first.sessions.save(entryId)).toMatchObject({status: 'saved'})
  }
  const edit = async (to: string) => {
    const [workspace] = second.keepspace.catalogue.getSnapshot().workspaces
    const there = await second.keepspace.whenReady(workspace?.id ?? '')
    there.component(note, 'n1').set({text: to})
    await second.keepspace.flush()
  }
  return {first, second, page, entryId, opened, sessionId, change, edit}
}

const becomesBehind = ({second, opened}: Awaited<ReturnType<typeof startTwo>>, timeout = 15_000) =>
  vi.waitFor(() => expect(second.sessions.getStatus(opened).isBehind).toBe(true), {timeout})

describe('a watched session', () => {
  test('is known to be behind as soon as the server tells so', async () => {
    const world = await startTwo()
    world.second.sessions.watch(world.opened)
    await vi.waitFor(() => expect(world.second.way.streams).toBe(1), {timeout: 15_000})
    await world.change('two')
    await becomesBehind(world)
    expect(world.second.sessions.getStatus(world.opened)).toMatchObject({revision: 1, serverRevision: 2})
  })

  test('is asked about with every focus where nothing can be listened to', async () => {
    const world = await startTwo()
    world.second.way.hasStreams = false
    world.second.sessions.watch(world.opened)
    await world.change('two')
    world.page.emit('focused')
    // A poll would find it too, after ten seconds.
    await becomesBehind(world, 4_000)
  })

  test('that another browser deletes is known as gone as soon as the server tells so', async () => {
    const {first, second, opened, sessionId} = await startTwo()
    second.sessions.watch(opened)
    await vi.waitFor(() => expect(second.way.streams).toBe(1), {timeout: 15_000})
    await first.sessions.server.deleteSession(sessionId, 1)
    await vi.waitFor(() => expect(second.sessions.getStatus(opened).phase).toBe('gone'), {timeout: 4_000})
    expect(await second.sessions.save(opened)).toMatchObject({status: 'gone', error: {code: 'session.gone'}})
  })

  test.each([-TEN_MINUTES_MS, TEN_MINUTES_MS])(
    'is judged by revisions alone: with a clock %d ms wrong there is no false conflict and no missed one',
    async (clockErrorMs) => {
      const world = await startTwo(clockErrorMs)
      const {second, opened, page} = world
      second.sessions.watch(opened)
      await world.edit('mine')
      expect(await second.sessions.save(opened)).toEqual({status: 'saved', revision: 2})
      await phaseBecomes(second.sessions, opened, 'saved')
      page.emit('focused')
      await second.sessions.lookAgain(opened)
      expect(second.sessions.getStatus(opened)).toMatchObject({isBehind: false, hasChanges: false})

      await world.first.sessions.lookAgain(world.entryId)
      await world.first.sessions.resolve(world.entryId, 'theirs')
      await world.change('theirs')
      await world.edit('mine again')
      await becomesBehind(world)
      expect(await second.sessions.save(opened)).toMatchObject({status: 'conflict'})
    },
  )
})

describe('the history of a session', () => {
  test('shows an old version beside what is here, and makes it the newest one', async () => {
    const {first, entryId, sessionId, change} = await startTwo()
    await change('two')
    const {items} = await first.sessions.history.list(entryId)
    expect(items.map(({revision}) => revision)).toEqual([2, 1])
    const {difference} = await first.sessions.history.preview(entryId, 1)
    expect(difference.components.map(({mine, theirs}) => [mine?.records, theirs?.records])).toEqual([
      [{state: {text: 'two'}}, {state: {text: 'one'}}],
    ])
    expect(await first.sessions.restoreVersion(entryId, 1)).toMatchObject({revision: 3, isBehind: false})
    expect(await textIn(first.keepspace, entryId)).toEqual([{text: 'one'}])
    expect((await first.sessions.server.readSession(sessionId)).revision).toBe(3)
  })

  test('is not brought back over a version that this device has not seen', async () => {
    const {second, opened, change} = await startTwo()
    await change('two')
    await expect(second.sessions.restoreVersion(opened, 1)).rejects.toMatchObject({code: 'revision.conflict'})
    expect(await textIn(second.keepspace, opened)).toEqual([{text: 'one'}])
  })

  test('keeps unsaved work in the trash when an old version comes back', async () => {
    const {second, opened, edit} = await startTwo()
    await edit('unsaved')
    await phaseBecomes(second.sessions, opened, 'changed')
    await second.sessions.restoreVersion(opened, 1)
    expect(await second.sessions.recovery.listReplaced()).toMatchObject([{fromEntryId: opened}])
  })
})

test('a template begins entries of their own', async () => {
  const {first, second, entryId} = await startTwo()
  const {id} = await first.sessions.createTemplate(entryId, {title: 'Week'})
  const begun = await second.sessions.startFrom(id, 'This week')
  expect(await textIn(second.keepspace, begun)).toEqual([{text: 'one'}])
  expect(second.sessions.getStatus(begun).phase).toBe('none')
  const {items} = await second.sessions.server.listTemplates()
  expect(items).toMatchObject([{id, title: 'Week'}])
  await second.sessions.server.deleteTemplate(id, 1)
  await expect(first.sessions.startFrom(id)).rejects.toMatchObject({code: 'notFound'})
})

test('visits of snapshots are listed and forgotten', async () => {
  const {first, second, entryId} = await startTwo()
  const {id} = await first.sessions.createSnapshot(entryId, {title: 'Then'})
  await second.sessions.readSnapshot(id)
  const {server} = second.sessions
  expect((await server.listVisits()).items).toMatchObject([{snapshotId: id, title: 'Then', isDeleted: false}])
  await server.forgetVisit(id)
  expect((await server.listVisits()).items).toEqual([])
})
