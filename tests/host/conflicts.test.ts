import {describe, expect, test} from 'vitest'
import type {ConflictResolution, ConflictView} from '../../src/model/conflict.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const text = (tab: Keepspace, id: string, workspace = 'a') => tab.workspace(workspace).component(note, id)
const textsOf = (tab: Keepspace, workspace = 'a') =>
  Object.fromEntries(
    tab
      .workspace(workspace)
      .getComponents()
      .map(({id}) => [id, text(tab, id, workspace).getState()?.text]),
  )

type Started = Awaited<ReturnType<typeof startWithNote>>

/** Everything that lost, by the text it held. */
async function historyOf({storage}: Pick<Started, 'storage'>, workspace = 'a'): Promise<readonly unknown[]> {
  const records = await (await storage.target.open()).readPrefix(`scope/test%2Flocal/history/${workspace}/`)
  return records.flatMap(({value}) => {
    const {json} = value as {json?: string}
    return json === undefined ? [] : (JSON.parse(json) as {text: string}).text
  })
}

/** Two tabs in conflict over `n1` and `n2`; each has changed a note that the other has not. */
async function startConflict(options: Parameters<Started['again']>[0] = {}) {
  const started = await startWithNote({})
  const {keepspace: first, time, workspace} = started
  for (const id of ['n2', 'n3', 'n4']) {
    workspace.add(note, {id, state: {text: 'old'}})
  }
  await time.advanceAsync(500)
  const second = await started.again(options)
  second.activate('a')
  await second.whenReady('a')
  for (const id of ['n1', 'n2', 'n3']) {
    text(first, id).set({text: 'theirs'})
  }
  await time.advanceAsync(1_000)
  for (const id of ['n1', 'n2', 'n4']) {
    text(second, id).set({text: 'mine'})
  }
  await time.advanceAsync(1_000)
  const settle = async (resolution: ConflictResolution) => {
    const outcome = await finish(time, second.workspace('a').resolveConflict(resolution))
    await time.advanceAsync(1_000)
    return outcome
  }
  const stored = async () => {
    const third = await started.again()
    third.activate('a')
    await finish(time, third.whenReady('a'))
    return textsOf(third)
  }
  const lastWords = async () => (await started.storage.target.open()).list('scope/test%2Flocal/leave/')
  return {...started, first, second, settle, stored, lastWords}
}

describe('until somebody chooses', () => {
  test('both versions can be read, what is only in one of them is not asked about, and nothing is written', async () => {
    const {first, second, time, log} = await startConflict()
    const conflict = second.workspace('a').getConflict()
    expect(second.getStatus('a').save).toBe('conflict')
    expect(conflict).toMatchObject({
      workspaceId: 'a',
      kind: 'changed',
      components: [
        {componentId: 'n1', type: 'note', mine: {content: {text: 'mine'}}, theirs: {content: {text: 'theirs'}}},
        {componentId: 'n2', type: 'note', mine: {content: {text: 'mine'}}, theirs: {content: {text: 'theirs'}}},
      ],
    })
    expect(second.workspace('a').getConflict()).toBe(conflict)
    expect(first.workspace('a').getConflict()).toBeUndefined()
    const before = log.commits.length
    text(second, 'n1').set({text: 'mine, and more'})
    await time.advanceAsync(60_000)
    expect(second.workspace('a').getConflict()?.components[0]?.mine.content).toEqual({text: 'mine, and more'})
    expect(log.commits.length).toBe(before)
  })

  test('what the other tab makes of it meanwhile is what is shown and chosen', async () => {
    const {first, second, settle, time} = await startConflict()
    text(first, 'n1').set({text: 'theirs, newer'})
    await time.advanceAsync(1_000)
    await settle('theirs')
    expect(textsOf(second)).toEqual({n1: 'theirs, newer', n2: 'theirs', n3: 'theirs', n4: 'old'})
  })
})

describe('choosing', () => {
  test.each([
    ['mine', 'mine', {n1: 'mine', n2: 'mine', n3: 'theirs', n4: 'mine'}, ['theirs', 'theirs']],
    ['theirs', 'theirs', {n1: 'theirs', n2: 'theirs', n3: 'theirs', n4: 'old'}, ['mine', 'mine', 'mine']],
    [
      'one by one',
      {components: {n1: 'mine', n2: 'theirs'}} as const,
      {n1: 'mine', n2: 'theirs', n3: 'theirs', n4: 'mine'},
      ['mine', 'theirs'],
    ],
    [
      'only some',
      {components: {n1: 'mine'}} as const,
      {n1: 'mine', n2: 'theirs', n3: 'theirs', n4: 'mine'},
      ['mine', 'theirs'],
    ],
  ] as const)(
    '%s keeps what was chosen, and what was replaced is in the history',
    async (_, resolution, kept, lost) => {
      const {second, settle, stored, storage} = await startConflict()
      await settle(resolution)
      expect(second.getStatus('a').save).toBe('saved')
      expect(second.workspace('a').getConflict()).toBeUndefined()
      expect(textsOf(second)).toEqual(kept)
      expect(await stored()).toEqual(kept)
      expect([...(await historyOf({storage}))].sort()).toEqual(lost)
    },
  )

  test('both leaves theirs here and makes a workspace of mine beside it, whose title says so', async () => {
    const {second, settle, stored, time} = await startConflict()
    const {copyId} = await settle('both')
    expect(copyId).toBeDefined()
    expect(await stored()).toEqual({n1: 'theirs', n2: 'theirs', n3: 'theirs', n4: 'old'})
    const copy = second.activate(copyId as NonNullable<typeof copyId>)
    await finish(time, second.whenReady(copy.id))
    expect(textsOf(second, copy.id)).toEqual({n1: 'mine', n2: 'mine', n3: 'theirs', n4: 'mine'})
    const titles = second.catalogue.getSnapshot().workspaces.map(({title, componentCount}) => [title, componentCount])
    expect(titles).toEqual([
      ['a', 4],
      ['a (my version)', 4],
    ])
  })

  test.each([
    ['theirs', {n1: 'theirs', n2: 'theirs', n3: 'theirs', n4: 'old'}],
    ['both', {n1: 'theirs', n2: 'theirs', n3: 'theirs', n4: 'old'}],
  ] as const)('%s gives up the last words of a tab that was hidden meanwhile too', async (resolution, kept) => {
    const page = createFakePage()
    const {second, settle, stored, time, log, lastWords} = await startConflict({lifecycle: page.lifecycle})
    page.emit('hidden')
    await time.advanceAsync(100)
    page.emit('visible')
    await time.advanceAsync(100)
    expect(await lastWords()).toHaveLength(1)
    const before = log.commits.length
    await settle(resolution)
    const groups = log.commits.slice(before).flatMap((commit) => commit.groups)
    // In the commit that keeps mine: a kill can bring back all of it or nothing.
    expect(groups.map(({deletes}) => deletes)).toEqual([[expect.stringContaining('leave/a/')]])
    expect(textsOf(second)).toEqual(kept)
    expect(await lastWords()).toEqual([])
    expect(await stored()).toEqual(kept)
  })

  test('is possible again when storage did not take what would be replaced, and nothing was lost', async () => {
    const {second, settle, faults, time} = await startConflict()
    for (const resolution of ['theirs', 'both'] as const) {
      faults.fail('commit', new KeepspaceError('storage.quota'))
      const refused = second.workspace('a').resolveConflict(resolution)
      await expect(finish(time, refused)).rejects.toMatchObject({code: 'storage.quota'})
      await time.advanceAsync(60_000)
      expect(second.getStatus('a').save).toBe('conflict')
      expect(textsOf(second)).toMatchObject({n1: 'mine', n2: 'mine'})
    }
    await settle('mine')
    expect(second.getStatus('a').save).toBe('saved')
  })

  test('by the policy of the app asks nobody, and shows it both versions', async () => {
    const seen: ConflictView[] = []
    const {second, storage} = await startConflict({
      resolveConflict: (conflict) => {
        seen.push(conflict)
        return {components: {n1: 'mine'}}
      },
    })
    expect(second.getStatus('a').save).toBe('saved')
    expect(textsOf(second)).toEqual({n1: 'mine', n2: 'theirs', n3: 'theirs', n4: 'mine'})
    expect(seen.map(({components}) => components.map(({componentId}) => componentId))).toEqual([['n1', 'n2']])
    expect([...(await historyOf({storage}))].sort()).toEqual(['mine', 'theirs'])
  })

  test.each([
    ['theirs', ['mine', 'mine', 'mine'], 1],
    ['both', [], 2],
  ] as const)('%s can be the policy too', async (policy, lost, count) => {
    const {second, storage} = await startConflict({resolveConflict: () => policy})
    expect(second.getStatus('a').save).toBe('saved')
    expect(textsOf(second)).toEqual({n1: 'theirs', n2: 'theirs', n3: 'theirs', n4: 'old'})
    expect(await historyOf({storage})).toEqual(lost)
    expect(second.catalogue.getSnapshot().workspaces).toHaveLength(count)
  })

  test('by a policy that has no opinion is left to a person', async () => {
    const {second} = await startConflict({resolveConflict: () => undefined})
    expect(second.getStatus('a').save).toBe('conflict')
  })
})

/** The workspace is deleted for good in the first tab while it is edited in the second. */
async function startDeleted(options: Parameters<Started['again']>[0] = {}) {
  const started = await startWithNote({})
  const {keepspace: first, time, workspace} = started
  workspace.add(note, {id: 'n2', state: {text: 'old'}})
  workspace.add(note, {id: 'n3', state: {text: 'deleted'}})
  workspace.remove('n3')
  await time.advanceAsync(500)
  const second = await started.again(options)
  second.activate('a')
  await second.whenReady('a')
  first.hide('a')
  const {id} = first.workspace('a')
  const entryId = first.catalogue.getSnapshot().entries[0]?.id
  await finish(time, first.catalogue.deleteWorkspace(id))
  await finish(time, first.catalogue.deleteEntry(entryId as NonNullable<typeof entryId>))
  await finish(time, first.catalogue.emptyTrash())
  text(second, 'n1').set({text: 'still edited'})
  await time.advanceAsync(1_000)
  expect(second.getStatus('a').save).toBe('conflict')
  expect(second.workspace('a').getConflict()).toEqual({workspaceId: 'a', kind: 'deleted', components: []})
  return {...started, first, second}
}

describe('a workspace that was deleted for good while it was edited here', () => {
  test.each(['mine', 'both'] as const)('is made again, whole, with its entry, when “%s” is chosen', async (choice) => {
    const {second, again, time, log} = await startDeleted()
    const before = second.getStatus('a').revision
    await finish(time, second.workspace('a').resolveConflict(choice))
    await time.advanceAsync(1_000)
    expect(second.getStatus('a')).toMatchObject({save: 'saved', revision: before + 1})
    expect(log.commits.at(-1)?.groups[0]?.expect).toMatchObject({revision: 0})
    const third = await again()
    third.activate('a')
    await finish(time, third.whenReady('a'))
    expect(textsOf(third)).toEqual({n1: 'still edited', n2: 'old'})
    expect(third.catalogue.getSnapshot()).toMatchObject({
      entries: [{id: 'entry', workspaceCount: 1}],
      workspaces: [{id: 'a', title: 'a', componentCount: 2}],
    })
    text(second, 'n1').set({text: 'and on'})
    await time.advanceAsync(1_000)
    expect(second.getStatus('a').save).toBe('saved')
  })

  test('is let go when “theirs” is chosen; what was here is in the history', async () => {
    const {second, storage, time} = await startDeleted()
    await finish(time, second.workspace('a').resolveConflict('theirs'))
    await time.advanceAsync(1_000)
    expect(second.getStatus('a')).toMatchObject({phase: 'loadFailed', error: {code: 'notFound'}})
    expect((await historyOf({storage})).toSorted()).toEqual(['deleted', 'old', 'still edited'])
    second.hide('a')
    expect(await finish(time, second.unload('a'))).toEqual({status: 'released'})
  })

  test('does not come back by its last words when “theirs” is chosen', async () => {
    const page = createFakePage()
    const {second, storage, time, again} = await startDeleted({lifecycle: page.lifecycle})
    page.emit('hidden')
    await time.advanceAsync(100)
    await finish(time, second.workspace('a').resolveConflict('theirs'))
    await time.advanceAsync(1_000)
    expect(await (await storage.target.open()).list('scope/test%2Flocal/leave/')).toEqual([])
    const third = await again()
    third.activate('a')
    await time.advanceAsync(1_000)
    expect(third.getStatus('a')).toMatchObject({phase: 'loadFailed', error: {code: 'notFound'}})
  })
})

test('a workspace that was deleted and made anew elsewhere is never overwritten by one that was here before', async () => {
  const {first, second, time, again} = await startDeletedAndMadeAnew()
  text(second, 'n1').set({text: 'of the old one'})
  await time.advanceAsync(1_000)
  expect(second.getStatus('a').save).toBe('conflict')
  expect(second.workspace('a').getConflict()).toMatchObject({
    kind: 'changed',
    components: [{mine: {content: {text: 'of the old one'}}, theirs: {content: {text: 'of the new one'}}}],
  })
  const third = await again()
  third.activate('a')
  await finish(time, third.whenReady('a'))
  expect(textsOf(third)).toEqual({n1: 'of the new one'})
  expect(textsOf(first)).toEqual({n1: 'of the new one'})
})

async function startDeletedAndMadeAnew() {
  const started = await startWithNote({})
  const {keepspace: first, time} = started
  await time.advanceAsync(500)
  for (const more of ['a', 'b', 'c', 'd']) {
    text(first, 'n1').set({text: more})
    await time.advanceAsync(500)
  }
  const second = await started.again()
  second.activate('a')
  await second.whenReady('a')
  first.hide('a')
  await finish(time, first.catalogue.deleteWorkspace(first.workspace('a').id))
  await finish(time, first.catalogue.emptyTrash())
  first.open('a', {create: {title: 'Anew', entryId: 'entry'}}).add(note, {id: 'n1', state: {text: 'of the new one'}})
  await time.advanceAsync(500)
  return {...started, first, second}
}
