import {describe, expect, test, vi} from 'vitest'
import {note} from '../../support/definitions.ts'
import {phaseBecomes, startWorld, textIn, writeNote} from '../support/start-world.ts'

describe('a session', () => {
  test('is saved under a name and opened on another device with the same content', async () => {
    const {device} = await startWorld()
    const first = await device('ada')
    const {entryId, note: text} = await writeNote(first.keepspace, 'milk')
    await first.sessions.saveAs(entryId, {title: 'Shopping'})
    await phaseBecomes(first.sessions, entryId, 'saved')
    text.set({text: 'milk and bread'})
    await phaseBecomes(first.sessions, entryId, 'changed')
    expect(await first.sessions.save(entryId)).toEqual({status: 'saved', revision: 2})
    await phaseBecomes(first.sessions, entryId, 'saved')

    const second = await device('ada')
    const {items} = await second.sessions.server.listSessions()
    const [opened = '', again] = await Promise.all([1, 2].map(() => second.sessions.open(items[0]?.id ?? '')))
    expect(again).toBe(opened)
    expect(second.keepspace.catalogue.getSnapshot().entries.length).toBe(1)
    expect(await textIn(second.keepspace, opened)).toEqual([{text: 'milk and bread'}])
    await phaseBecomes(second.sessions, opened, 'saved')
  })

  test('has no changes when an edit was undone by hand', async () => {
    const {device} = await startWorld()
    const {keepspace, sessions, way} = await device('ada')
    const {entryId, note: text} = await writeNote(keepspace, 'milk')
    await sessions.saveAs(entryId, {title: 'Shopping'})
    text.set({text: 'bread'})
    await phaseBecomes(sessions, entryId, 'changed')
    text.set({text: 'milk'})
    await phaseBecomes(sessions, entryId, 'saved')
    const before = way.writes
    expect(await sessions.save(entryId)).toEqual({status: 'saved', revision: 1})
    expect(way.writes).toBe(before)
  })

  test('an edit during a slow save is not counted as saved, and is found after a crash', async () => {
    const {device} = await startWorld()
    const first = await device('ada')
    const {entryId, note: text} = await writeNote(first.keepspace, 'one')
    await first.sessions.saveAs(entryId, {title: 'Numbers'})
    text.set({text: 'two'})
    await phaseBecomes(first.sessions, entryId, 'changed')
    let release = () => {}
    first.way.hold = new Promise((resolve) => {
      release = resolve
    })
    const saved = first.sessions.save(entryId)
    await vi.waitFor(() => expect(first.way.writes).toBe(2))
    text.set({text: 'three'})
    await first.keepspace.flush()
    release()
    expect(await saved).toEqual({status: 'saved', revision: 2})
    await phaseBecomes(first.sessions, entryId, 'changed')

    const reloaded = await device('ada', {storage: first.storage})
    expect(await reloaded.sessions.listRecoverable()).toEqual([
      {
        entryId,
        sessionId: first.sessions.getStatus(entryId).sessionId,
        title: 'Numbers',
        changedAt: expect.any(Number),
        savedAt: expect.any(Number),
        bytes: expect.any(Number),
        components: {note: 1},
        preview: [{workspaceTitle: 'Monday', componentId: 'n1', type: 'note', text: 'three'}],
      },
    ])
    expect(await textIn(reloaded.keepspace, entryId)).toEqual([{text: 'three'}])
  })

  test('a lost answer makes no second version, not even after a crash', async () => {
    const {device} = await startWorld()
    const first = await device('ada')
    const {entryId, note: text} = await writeNote(first.keepspace, 'one')
    await first.sessions.saveAs(entryId, {title: 'Numbers'})
    text.set({text: 'two'})
    await first.keepspace.flush()
    first.way.losesAnswers = true
    expect(await first.sessions.save(entryId)).toMatchObject({status: 'waiting', error: {code: 'server.offline'}})
    const reloaded = await device('ada', {storage: first.storage})
    expect(await reloaded.sessions.save(entryId)).toEqual({status: 'saved', revision: 2})
    const {items} = await reloaded.sessions.server.listVersions(reloaded.sessions.getStatus(entryId).sessionId ?? '')
    expect(items.map(({revision}) => revision)).toEqual([2, 1])
  })

  test('renamed, here or elsewhere, stays based on what was saved: the next save is no conflict', async () => {
    const {device} = await startWorld()
    const first = await device('ada')
    const {entryId, note: text} = await writeNote(first.keepspace, 'one')
    await first.sessions.saveAs(entryId, {title: 'Numbers'})
    const {sessionId = ''} = first.sessions.getStatus(entryId)
    await first.sessions.rename(sessionId, 1, {title: 'Figures'})
    await phaseBecomes(first.sessions, entryId, 'saved')
    await first.sessions.lookAgain(entryId)
    expect(first.sessions.getStatus(entryId)).toMatchObject({title: 'Figures', revision: 2, isBehind: false})
    await expect(first.sessions.rename(sessionId, 1, {title: 'Late'})).rejects.toMatchObject({
      code: 'revision.conflict',
    })

    const second = await device('ada')
    await second.sessions.rename(sessionId, 2, {title: 'Digits'})
    text.set({text: 'two'})
    await first.keepspace.flush()
    expect(await first.sessions.save(entryId)).toEqual({status: 'saved', revision: 4})
    expect(await first.sessions.server.readSession(sessionId)).toMatchObject({title: 'Digits', revision: 4})
  })

  test('whose first answer got lost is made once, however often that is tried', async () => {
    const {device} = await startWorld()
    const {keepspace, sessions, way} = await device('ada')
    const {entryId} = await writeNote(keepspace, 'one')
    way.losesAnswers = true
    await expect(sessions.saveAs(entryId, {title: 'Numbers'})).rejects.toMatchObject({code: 'server.offline'})
    await expect(sessions.createSnapshot(entryId, {title: 'Then'})).rejects.toMatchObject({code: 'server.offline'})
    way.losesAnswers = false
    await sessions.saveAs(entryId, {title: 'Numbers'})
    await sessions.createSnapshot(entryId, {title: 'Then'})
    expect((await sessions.server.listSessions()).items).toHaveLength(1)
    expect((await sessions.server.listSnapshots()).items).toHaveLength(1)
  })

  test('keeps everything while the network is away, and sends it when it is back', async () => {
    const {device} = await startWorld()
    const {keepspace, sessions, way} = await device('ada')
    const {entryId, note: text} = await writeNote(keepspace, 'one')
    await sessions.saveAs(entryId, {title: 'Numbers'})
    way.isCut = true
    text.set({text: 'two'})
    await keepspace.flush()
    expect(await sessions.save(entryId)).toMatchObject({status: 'waiting'})
    way.isCut = false
    sessions.networkReturned()
    await phaseBecomes(sessions, entryId, 'saved')
    expect(sessions.getStatus(entryId).revision).toBe(2)
  })

  test('pauses without a valid token, and goes on with a new one', async () => {
    const {device} = await startWorld()
    const {keepspace, sessions, way} = await device('ada')
    const {entryId, note: text} = await writeNote(keepspace, 'one')
    await sessions.saveAs(entryId, {title: 'Numbers'})
    way.token = 'expired'
    text.set({text: 'two'})
    await keepspace.flush()
    expect(await sessions.save(entryId)).toMatchObject({status: 'paused', error: {code: 'server.unauthorized'}})
    way.token = 'user-ada'
    sessions.tokenDelivered()
    await phaseBecomes(sessions, entryId, 'saved')
    expect(sessions.getStatus(entryId).revision).toBe(2)
  })

  test('that is too large is refused with both sizes and stays on the device', async () => {
    const {device} = await startWorld()
    const {keepspace, sessions, way} = await device('ada')
    const {entryId, workspaceId} = await writeNote(keepspace, 'one')
    await sessions.saveAs(entryId, {title: 'Numbers'})
    for (const id of ['a', 'b']) {
      keepspace.workspace(workspaceId).add(note, {id, state: {text: 'x'.repeat(900_000)}})
    }
    await keepspace.flush()
    const before = way.writes
    expect(await sessions.save(entryId)).toMatchObject({
      status: 'refused',
      error: {code: 'value.tooLarge', detail: expect.stringMatching(/^18\d+ of at most 1572864 bytes$/)},
    })
    expect(way.writes).toBe(before)
  })
})

/** Two devices that both changed the same session; the second one was told so. */
async function startConflict() {
  const {device} = await startWorld()
  const first = await device('ada')
  const {entryId, workspaceId, note: text} = await writeNote(first.keepspace, 'one')
  first.keepspace.workspace(workspaceId).add(note, {id: 'n2', state: {text: 'same'}})
  await first.keepspace.flush()
  await first.sessions.saveAs(entryId, {title: 'Numbers'})
  const sessionId = first.sessions.getStatus(entryId).sessionId ?? ''
  const second = await device('ada')
  const opened = await second.sessions.open(sessionId)
  text.set({text: 'from the first'})
  await first.keepspace.flush()
  expect(await first.sessions.save(entryId)).toEqual({status: 'saved', revision: 2})
  const [theirs] = second.keepspace.catalogue.getSnapshot().workspaces
  const there = await second.keepspace.whenReady(theirs?.id ?? '')
  there.component(note, 'n2').set({text: 'from the second'})
  there.component(note, 'n1').set({text: 'also from the second'})
  await second.keepspace.flush()
  expect(await second.sessions.save(opened)).toMatchObject({status: 'conflict', error: {code: 'revision.conflict'}})
  return {first, second, opened, sessionId}
}

describe('a conflict', () => {
  test('shows both versions, component by component', async () => {
    const {second, opened} = await startConflict()
    const {difference} = await second.sessions.readConflict(opened)
    expect(
      difference.components.map(({componentId, mine, theirs}) => [componentId, mine?.records, theirs?.records]),
    ).toEqual([
      ['n1', {state: {text: 'also from the second'}}, {state: {text: 'from the first'}}],
      ['n2', {state: {text: 'from the second'}}, {state: {text: 'same'}}],
    ])
  })

  test('ends with mine: the other version stays in the history of the server', async () => {
    const {second, opened, sessionId} = await startConflict()
    await second.sessions.resolve(opened, 'mine')
    await phaseBecomes(second.sessions, opened, 'saved')
    expect(await textIn(second.keepspace, opened)).toEqual([{text: 'also from the second'}, {text: 'from the second'}])
    const replaced = await second.sessions.server.readVersion(sessionId, 2)
    expect(JSON.stringify(replaced.content)).toContain('from the first')
    expect((await second.sessions.server.readSession(sessionId)).revision).toBe(3)
  })

  test('ends with theirs: mine is in the trash of this device', async () => {
    const {second, opened} = await startConflict()
    await second.sessions.resolve(opened, 'theirs')
    await phaseBecomes(second.sessions, opened, 'saved')
    expect(await textIn(second.keepspace, opened)).toEqual([{text: 'from the first'}, {text: 'same'}])
    const [kept] = second.keepspace.catalogue.getSnapshot().trashedEntries
    await second.keepspace.catalogue.restoreEntry(kept?.id as never)
    expect(await textIn(second.keepspace, kept?.id ?? '')).toEqual([
      {text: 'also from the second'},
      {text: 'from the second'},
    ])
  })

  test('ends with both: mine becomes an entry of its own', async () => {
    const {second, opened} = await startConflict()
    await second.sessions.resolve(opened, 'both')
    await phaseBecomes(second.sessions, opened, 'saved')
    expect(await textIn(second.keepspace, opened)).toEqual([{text: 'from the first'}, {text: 'same'}])
    const mine = second.keepspace.catalogue.getSnapshot().entries.find(({title}) => title === 'Plans (my version)')
    expect(await textIn(second.keepspace, mine?.id ?? '')).toEqual([
      {text: 'also from the second'},
      {text: 'from the second'},
    ])
  })

  test('ends with a merge: each component from the side that was chosen, on the server too', async () => {
    const {second, opened, sessionId} = await startConflict()
    const {difference} = await second.sessions.readConflict(opened)
    const [n1, n2] = difference.components
    await second.sessions.resolve(opened, 'merge', {
      components: {[n1?.key ?? '']: 'theirs', [n2?.key ?? '']: 'mine'},
    })
    await phaseBecomes(second.sessions, opened, 'saved')
    const expected = [{text: 'from the first'}, {text: 'from the second'}]
    expect(await textIn(second.keepspace, opened)).toEqual(expected)
    expect((await second.sessions.server.readSession(sessionId)).revision).toBe(3)
  })
})

describe('a snapshot', () => {
  test('is opened by anybody who has its id, and becomes an entry of their own', async () => {
    const {device} = await startWorld()
    const ada = await device('ada')
    const {entryId, note: text} = await writeNote(ada.keepspace, 'as it was')
    const {id} = await ada.sessions.createSnapshot(entryId, {title: 'Then'})
    text.set({text: 'changed later'})
    await ada.keepspace.flush()
    const bob = await device('bob')
    const {metadata} = await bob.sessions.readSnapshot(id)
    expect(metadata.title).toBe('Then')
    const own = await bob.sessions.makeOwn(id)
    expect(await textIn(bob.keepspace, own)).toEqual([{text: 'as it was'}])
    await expect(bob.sessions.server.deleteSnapshot(id, metadata.revision)).rejects.toMatchObject({code: 'notFound'})
  })
})
