import {describe, expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {damageStored} from '../support/damage.ts'
import {note} from '../support/definitions.ts'
import {createOwnServer} from '../support/own-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'
import {startSession} from '../support/start-session.ts'

const damages = [
  {what: 'a component', as: '/n1/state'},
  {what: 'one record of several of a component', as: '/n1/more'},
]

/** A session of two notes, the first of which is damaged on this device while nobody looks. */
async function startDamagedSession(as = '/n1/state', fields?: object) {
  const world = await startSession()
  const workspace = world.keepspace.workspace(world.workspaceId)
  workspace.add(note, {id: 'n2', state: {text: 'sibling'}})
  await workspace.save()
  await world.sessions.save(world.entryId)
  await world.becomes('saved')
  await damageStored(world.storage, '/n1/state', as, fields)
  const next = await world.again()
  const opened = await next.keepspace.whenReady(world.workspaceId)
  opened.component(note, 'n2').set({text: 'edited'})
  await opened.save()
  const becomes = (phase: string) => world.becomes(phase, next.sessions)
  return {...world, ...next, workspace: opened, becomes, server: world.fake.sessions}
}

describe('a session with a part that cannot be read here', () => {
  test.each(damages)('is not sent without $what', async ({as}) => {
    const {sessions, entryId, server, becomes} = await startDamagedSession(as)
    await becomes('changed')
    expect(await sessions.save(entryId)).toMatchObject({status: 'refused', error: {code: 'content.partial'}})
    expect(sessions.getStatus(entryId)).toMatchObject({phase: 'refused', hasChanges: true})
    const text = JSON.stringify(server.get('s1'))
    expect([text.includes('one'), text.includes('sibling'), text.includes('edited')]).toEqual([true, true, false])
  })

  test('is not kept as a new one, a snapshot or a template without it', async () => {
    const {sessions, entryId, fake} = await startDamagedSession()
    const names = {title: 'Copy'}
    const partial = {code: 'content.partial'}
    await expect(sessions.saveAs(entryId, names)).rejects.toMatchObject(partial)
    await expect(sessions.createSnapshot(entryId, names)).rejects.toMatchObject(partial)
    await expect(sessions.createTemplate(entryId, names)).rejects.toMatchObject(partial)
    expect([fake.sessions.size, fake.snapshots.size, fake.templates.size]).toEqual([1, 0, 0])
  })

  test('counts as changed after the version of the server was taken, as long as something is left that cannot be read', async () => {
    const {sessions, entryId, becomes} = await startDamagedSession('/n9/state', {type: 1})
    await sessions.discardChanges(entryId)
    await becomes('changed')
    expect(sessions.getStatus(entryId).hasChanges).toBe(true)
  })

  test.each([
    {what: 'is put over it', as: '/n1/state'},
    {what: 'has no such record', as: '/n1/more'},
    {what: 'has no such component', as: '/n9/state'},
  ])('has it in quarantine when the version of the server $what', async ({as}) => {
    const world = await startSession()
    await world.becomes('saved')
    await world.write('unsent')
    await damageStored(world.storage, '/n1/state', as)
    const {keepspace, sessions} = await world.again()
    await sessions.discardChanges(world.entryId)
    const [item, ...more] = await keepspace.quarantine.list()
    expect([item?.key.endsWith(as), item?.reason, more]).toEqual([true, 'checksum', []])
    const {blob} = await keepspace.quarantine.export(item?.id ?? '')
    expect(await blob.text()).toContain('damaged')
  })

  test('goes out once the part was removed by a person', async () => {
    const {sessions, entryId, workspace, server} = await startDamagedSession()
    workspace.remove('n1')
    await workspace.save()
    expect(await sessions.save(entryId)).toMatchObject({status: 'saved'})
    expect(JSON.stringify(server.get('s1'))).toContain('edited')
  })
})

describe('a workspace with a part that cannot be read here', () => {
  test.each(damages)('is not sent without $what, and says why', async ({as}) => {
    const own = createOwnServer()
    const {time, component, workspace, storage, keepspace, again} = await startWithNote({}, ['a'])
    const before = createServerSaves(keepspace, {server: own.server})
    component.set({text: 'precious'})
    workspace.add(note, {id: 'n2', state: {text: 'sibling'}})
    await time.advanceAsync(10_000)
    before.close()
    await damageStored(storage.target, '/n1/state', as)
    const later = await again()
    const saves = createServerSaves(later, {server: own.server})
    onTestFinished(() => saves.close())
    const opened = await finish(time, later.whenReady('a'))
    opened.component(note, 'n2').set({text: 'edited'})
    await time.advanceAsync(10_000)
    const text = JSON.stringify(own.document('a'))
    expect([text.includes('precious'), text.includes('sibling'), text.includes('edited')]).toEqual([true, true, false])
    expect(later.getStatus('a').level).toBe('onDevice')
    expect(saves.getSnapshot().unsent).toMatchObject([{reason: 'refused', error: {code: 'content.partial'}}])
  })
})
