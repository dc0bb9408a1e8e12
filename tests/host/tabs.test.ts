import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {ComponentId, WorkspaceId} from '../../src/model/ids.ts'
import {recordKey, STATE_RECORD} from '../../src/model/keys.ts'
import type {StorageTarget} from '../../src/model/storage-port.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const n1State = recordKey('a' as WorkspaceId, 'n1' as ComponentId, STATE_RECORD)

/** Two tabs that show the same workspace with two notes. */
async function startTwoTabs({isConnected = true, target}: {isConnected?: boolean; target?: StorageTarget} = {}) {
  const newBus = createFakeBuses()
  const started = await startWithNote({...(isConnected && {bus: newBus()}), ...(target && {target})})
  const {keepspace: first, time, workspace} = started
  workspace.add(note, {id: 'n2'})
  await time.advanceAsync(500)
  const second = await started.again(isConnected ? {bus: newBus()} : {})
  second.activate('a')
  await second.whenReady('a')
  const text = (tab: typeof first, id: string) => tab.workspace('a').component(note, id)
  return {...started, first, second, text}
}

describe('two tabs', () => {
  test('that edit different components both keep their work, without a conflict', async () => {
    const {first, second, text, time, again} = await startTwoTabs({isConnected: false})
    text(first, 'n1').set({text: 'from the first'})
    text(second, 'n2').set({text: 'from the second'})
    await time.advanceAsync(1_000)
    expect([first.getStatus('a').save, second.getStatus('a').save]).toEqual(['saved', 'saved'])
    const third = await again()
    await third.whenReady('a')
    expect(text(third, 'n1').getState()).toEqual({text: 'from the first'})
    expect(text(third, 'n2').getState()).toEqual({text: 'from the second'})
    expect(text(second, 'n1').getState()).toEqual({text: 'from the first'})
  })

  test('follow each other live', async () => {
    const {first, second, text, time, log} = await startTwoTabs()
    text(first, 'n1').set({text: 'seen in both'})
    await time.advanceAsync(500)
    expect(text(second, 'n1').getState()).toEqual({text: 'seen in both'})
    first.workspace('a').add(note, {id: 'n3', state: {text: 'new'}})
    await time.advanceAsync(500)
    expect(text(second, 'n3').getState()).toEqual({text: 'new'})
    first.workspace('a').remove('n3')
    await time.advanceAsync(500)
    expect(
      second
        .workspace('a')
        .getComponents()
        .map(({id}) => id),
    ).toEqual(['n1', 'n2'])
    const before = log.commits.length
    await time.advanceAsync(10_000)
    expect(log.commits.length).toBe(before)
  })

  test('a late value of the other tab never overwrites a newer edit here', async () => {
    const {first, second, text, time} = await startTwoTabs()
    text(second, 'n1').set({text: 'being typed here'})
    text(first, 'n1').set({text: 'saved there'})
    const saved = first.persist('a', 'explicit')
    await time.settle()
    await saved
    await time.settle()
    expect(text(second, 'n1').getState()).toEqual({text: 'being typed here'})
    await time.advanceAsync(1_000)
    expect(second.getStatus('a').save).toBe('conflict')
  })

  test('a save that fails because the other version cannot be read is tried again, later each time', async () => {
    const {first, second, text, time, faults, log} = await startTwoTabs({isConnected: false})
    text(first, 'n1').set({text: 'from the first'})
    await time.advanceAsync(500)
    text(second, 'n2').set({text: 'from the second'})
    faults.fail('read', new KeepspaceError('storage.unavailable', 'unreadable'), Number.POSITIVE_INFINITY)
    const before = log.commits.length
    await time.advanceAsync(310)
    expect(second.getStatus('a').save).toBe('failed')
    expect(second.getSnapshot().storage.phase).toBe('ready')
    await time.advanceAsync(3_600)
    expect(log.commits.length - before).toBe(4)
    faults.clear()
    await time.advanceAsync(4_100)
    expect(second.getStatus('a').save).toBe('saved')
    expect(text(second, 'n1').getState()).toEqual({text: 'from the first'})
  })

  test('a version of the other tab of which a part is damaged is taken over: what is unsaved here is saved', async () => {
    const storage = memoryStorage({isPersistent: true})
    const {first, second, text, time, again} = await startTwoTabs({isConnected: false, target: storage})
    const port = await storage.open()
    const damage = async () => {
      const found = (await port.readPrefix('')).find(({key}) => key.endsWith(n1State))
      expect(found?.value).toMatchObject({json: expect.any(String)})
      port.putNow?.([{key: found?.key ?? '', value: {...(found?.value as object), json: '#damaged'}}])
    }
    for (const round of ['once', 'twice']) {
      text(first, 'n2').set({text: `${round} from the first`})
      await finish(time, first.persist('a', 'explicit'))
      await damage()
      text(second, 'n1').set({text: `${round} from the second`})
      await time.advanceAsync(2_000)
      expect(second.getStatus('a').save).toBe('saved')
    }
    const third = await again()
    await third.whenReady('a')
    expect(text(third, 'n1').getState()).toEqual({text: 'twice from the second'})
    expect(text(third, 'n2').getState()).toEqual({text: 'twice from the first'})
  })

  test('that typed the same have no conflict', async () => {
    const {first, second, text, time} = await startTwoTabs({isConnected: false})
    text(first, 'n1').set({text: 'same'})
    text(second, 'n1').set({text: 'same'})
    await time.advanceAsync(1_000)
    expect([first.getStatus('a').save, second.getStatus('a').save]).toEqual(['saved', 'saved'])
  })

  test.each(['mine', 'theirs'] as const)(
    'after a real conflict settled as %s the other version is in the history',
    async (choice) => {
      const {first, second, text, time, storage} = await startTwoTabs({isConnected: false})
      text(first, 'n1').set({text: 'theirs'})
      await time.advanceAsync(500)
      text(second, 'n1').set({text: 'mine'})
      text(first, 'n2').set({text: 'untouched by the second'})
      await time.advanceAsync(1_000)
      expect(second.getStatus('a').save).toBe('conflict')
      await finish(time, second.workspace('a').resolveConflict(choice))
      await time.advanceAsync(500)
      expect(second.getStatus('a').save).toBe('saved')
      expect(text(second, 'n1').getState()).toEqual({text: choice})
      expect(text(second, 'n2').getState()).toEqual({text: 'untouched by the second'})
      const lost = choice === 'mine' ? 'theirs' : 'mine'
      const kept = await (await storage.target.open()).readPrefix('scope/test%2Flocal/history/a/')
      expect(kept.map(({value}) => value)).toMatchObject([{json: `{"text":"${lost}"}`}])
    },
  )

  test('what is typed right after choosing theirs is merged into theirs', async () => {
    const {first, second, text, time, faults} = await startTwoTabs({isConnected: false})
    text(first, 'n1').set({text: 'theirs'})
    await time.advanceAsync(500)
    text(second, 'n1').set({text: 'mine'})
    await time.advanceAsync(1_000)
    const settled = second.workspace('a').resolveConflict('theirs')
    await time.settle()
    const held = faults.delay('read')
    text(second, 'n1').set((before) => ({text: `${before.text} and more`}))
    held.release()
    await finish(time, settled)
    await time.advanceAsync(1_000)
    expect(text(second, 'n1').getState()).toEqual({text: 'theirs and more'})
    expect(second.getStatus('a').save).toBe('saved')
  })

  test('choosing theirs while storage fails changes nothing, and says so', async () => {
    const {first, second, text, time, faults} = await startTwoTabs({isConnected: false})
    text(first, 'n1').set({text: 'theirs'})
    await time.advanceAsync(500)
    text(second, 'n1').set({text: 'mine'})
    await time.advanceAsync(1_000)
    faults.fail('commit', new KeepspaceError('storage.quota'))
    await expect(second.workspace('a').resolveConflict('theirs')).rejects.toMatchObject({code: 'storage.quota'})
    expect(text(second, 'n1').getState()).toEqual({text: 'mine'})
    expect(second.getStatus('a').save).toBe('conflict')
  })

  test('a rename in one tab shows in the list of the other', async () => {
    const {first, second, time} = await startTwoTabs()
    await finish(time, first.catalogue.renameWorkspace(first.workspace('a').id, 'Renamed'))
    await time.settle()
    await time.settle()
    expect(second.catalogue.getSnapshot().workspaces.map(({title}) => title)).toEqual(['Renamed'])
  })

  test('a list that is read while a workspace is made does not forget it', async () => {
    const {first, time, faults} = await startTwoTabs()
    const held = faults.delayAnswer('read')
    const read = first.catalogue.refresh()
    await held.reached
    const entryId = first.catalogue.getSnapshot().entries[0]?.id
    expect(entryId).toBeDefined()
    await finish(time, first.catalogue.createWorkspace({entryId: entryId as NonNullable<typeof entryId>, title: 'New'}))
    held.release()
    await read
    expect(first.catalogue.getSnapshot().workspaces.map(({title}) => title)).toContain('New')
  })
})
