import {describe, expect, test, vi} from 'vitest'
import {createFakePage} from '../../../src/testing/fake-page.ts'
import {copyOf, phaseBecomes, startWorld, textIn, writeNote} from '../support/start-world.ts'

/** A device that saved `one`, wrote `two` without sending it, and was killed; and the same device afterwards. */
async function startCrashed() {
  const world = await startWorld()
  const first = await world.device('ada')
  const {entryId, note: text} = await writeNote(first.keepspace, 'one')
  const {sessionId = ''} = await first.sessions.saveAs(entryId, {title: 'Numbers'})
  text.set({text: 'two'})
  await first.keepspace.flush()
  const reloaded = await world.device('ada', {storage: first.storage})
  await reloaded.sessions.recovery.look()
  return {...world, first, reloaded, entryId, sessionId}
}

describe('the recovery', () => {
  test('offers what the server has not acknowledged, and sends or replaces nothing before somebody decides', async () => {
    const {reloaded, entryId, sessionId} = await startCrashed()
    const {recovery} = reloaded.sessions
    expect(recovery.getSnapshot()).toEqual({
      phase: 'offering',
      error: undefined,
      items: [
        {
          entryId,
          sessionId,
          title: 'Numbers',
          changedAt: expect.any(Number),
          savedAt: expect.any(Number),
          bytes: expect.any(Number),
          components: {note: 1},
          preview: [{workspaceTitle: 'Monday', componentId: 'n1', type: 'note', text: 'two'}],
        },
      ],
    })
    expect(recovery.ofSession(sessionId)?.entryId).toBe(entryId)
    expect(await reloaded.sessions.open(sessionId)).toBe(entryId)
    expect([reloaded.way.writes, await textIn(reloaded.keepspace, entryId)]).toEqual([0, [{text: 'two'}]])
    expect((await reloaded.sessions.server.readSession(sessionId)).revision).toBe(1)
  })

  test('compares it with the revision it began from, not with what somebody saved since', async () => {
    const {device, reloaded, entryId, sessionId} = await startCrashed()
    const other = await device('ada')
    await other.sessions.server.updateSession(sessionId, 1, {content: {formatVersion: 1, title: 'x', workspaces: []}})
    const {difference, against, revision} = await reloaded.sessions.recovery.compare(entryId)
    expect([against, revision]).toEqual(['base', 1])
    expect(difference.components.map(({mine, theirs}) => [mine?.records, theirs?.records])).toEqual([
      [{state: {text: 'two'}}, {state: {text: 'one'}}],
    ])
  })

  test('keeps what was discarded where it can be taken back from', async () => {
    const {reloaded, entryId, sessionId} = await startCrashed()
    const {recovery} = reloaded.sessions
    await recovery.discard(entryId)
    expect([recovery.getSnapshot().phase, recovery.getSnapshot().items]).toEqual(['settled', []])
    expect(await textIn(reloaded.keepspace, entryId)).toEqual([{text: 'one'}])
    const [replaced, ...more] = await recovery.listReplaced()
    expect([replaced, more]).toEqual([
      {
        entryId: expect.any(String),
        fromEntryId: entryId,
        sessionId,
        title: 'Plans (replaced)',
        replacedAt: expect.any(Number),
      },
      [],
    ])
    const restored = await recovery.restoreReplaced(replaced?.entryId ?? '')
    expect(await textIn(reloaded.keepspace, restored)).toEqual([{text: 'two'}])
    expect(await recovery.listReplaced()).toEqual([])
    await phaseBecomes(reloaded.sessions, entryId, 'saved')
    expect(reloaded.sessions.getStatus(entryId)).toMatchObject({hasChanges: false, isBehind: false})
  })

  test('gives nothing up when the server cannot be asked for what would replace it', async () => {
    const {reloaded, entryId} = await startCrashed()
    reloaded.way.isCut = true
    const {recovery} = reloaded.sessions
    await expect(recovery.discard(entryId)).rejects.toMatchObject({code: 'server.offline'})
    expect(recovery.getSnapshot()).toMatchObject({phase: 'offering', items: [{entryId}]})
    expect(await textIn(reloaded.keepspace, entryId)).toEqual([{text: 'two'}])
  })

  test('goes on with recovered work, and does not ask about it again', async () => {
    const {reloaded, entryId} = await startCrashed()
    const {recovery} = reloaded.sessions
    let isSettled = false
    const settled = recovery.whenSettled().then(() => {
      isSettled = true
    })
    expect((await recovery.look()).phase).toBe('offering')
    expect(isSettled).toBe(false)
    await recovery.recover(entryId)
    await settled
    expect((await recovery.look()).phase).toBe('settled')
    expect(await textIn(reloaded.keepspace, entryId)).toEqual([{text: 'two'}])
    expect(await reloaded.sessions.save(entryId)).toEqual({status: 'saved', revision: 2})
    await expect(recovery.discard(entryId)).rejects.toMatchObject({code: 'notFound'})
  })

  test('finds an edit made during a save of two seconds, right before the page was closed', async () => {
    const {device} = await startWorld()
    const page = createFakePage()
    const first = await device('ada', {lifecycle: page.lifecycle})
    const {entryId, note: text} = await writeNote(first.keepspace, 'one')
    await first.sessions.saveAs(entryId, {title: 'Numbers'})
    text.set({text: 'two'})
    await phaseBecomes(first.sessions, entryId, 'changed')
    first.way.hold = new Promise((resolve) => setTimeout(resolve, 2_000))
    const saved = first.sessions.save(entryId)
    await vi.waitFor(() => expect(first.way.writes).toBe(2))
    text.set({text: 'three'})
    page.emit('leaving')
    const lastWords = await (await first.storage.open()).list('')
    expect(lastWords.some((key) => key.includes('/leave/'))).toBe(true)

    const reloaded = await device('ada', {storage: await copyOf(first.storage)})
    expect((await reloaded.sessions.recovery.look()).items).toMatchObject([{entryId, preview: [{text: 'three'}]}])
    expect(await textIn(reloaded.keepspace, entryId)).toEqual([{text: 'three'}])
    await saved
    expect(await reloaded.sessions.save(entryId)).toEqual({status: 'saved', revision: 3})
  })
})
