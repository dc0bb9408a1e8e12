import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const text = (tab: Keepspace, id: string) => tab.workspace('a').component(note, id)

/** A conflict over `n1` was settled: what lost is in the history. */
async function startReplaced(resolution: 'mine' | 'theirs') {
  const started = await startWithNote({})
  const {keepspace: first, time, workspace} = started
  workspace.add(note, {id: 'n2', state: {text: 'old'}})
  await time.advanceAsync(500)
  const second = await started.again()
  second.activate('a')
  await second.whenReady('a')
  text(first, 'n1').set({text: 'theirs'})
  await time.advanceAsync(1_000)
  text(second, 'n1').set({text: 'mine'})
  second.workspace('a').setLayout('n1', {x: 40})
  await time.advanceAsync(1_000)
  await finish(time, second.workspace('a').resolveConflict(resolution))
  await time.advanceAsync(1_000)
  const items = async () => finish(time, second.history.list('a'))
  const newest = async () => {
    const [item] = await items()
    return item?.id ?? ''
  }
  return {...started, second, items, newest, textOf: (id: string) => text(second, id).getState()?.text}
}

describe('the history of a workspace', () => {
  test('is empty where nothing lost', async () => {
    const {keepspace} = await startWithNote({})
    expect(await keepspace.history.list('a')).toEqual([])
  })

  test('lists what was given up with time, reason, components and size, and reads it', async () => {
    const {items, second, time} = await startReplaced('theirs')
    const [item, ...more] = await items()
    expect(more).toEqual([])
    expect(item).toEqual({
      id: expect.any(String),
      workspaceId: 'a',
      keptAt: expect.any(Number),
      reason: 'givenUp',
      components: [{componentId: 'n1', type: 'note'}],
      bytes: expect.any(Number),
    })
    expect((time.now() - (item?.keptAt ?? 0)) / 1_000).toBeLessThan(2)
    expect(await second.history.read(item?.id ?? '')).toEqual({
      ...item,
      parts: [
        {
          componentId: 'n1',
          type: 'note',
          content: {text: 'mine'},
          layout: expect.objectContaining({x: 40}),
          isDeleted: false,
        },
      ],
    })
  })

  test('says of what was stored that it was replaced', async () => {
    const {items} = await startReplaced('mine')
    expect(await items()).toMatchObject([{reason: 'replaced', components: [{componentId: 'n1'}]}])
  })

  test('is read without opening the workspace', async () => {
    const {again} = await startReplaced('mine')
    const third = await again()
    expect(await third.history.list('a')).toHaveLength(1)
    expect(third.getSnapshot().hot).toEqual([])
  })

  test('brings a version back as an edit, and that can be taken back the same way', async () => {
    const {newest, items, second, time, textOf, again} = await startReplaced('theirs')
    const before = second
      .workspace('a')
      .getComponents()
      .find(({id}) => id === 'n1')?.layout
    expect(await finish(time, second.history.restore(await newest()))).toEqual({restored: ['n1'], skipped: []})
    expect([textOf('n1'), textOf('n2'), second.getStatus('a').save]).toEqual(['mine', 'old', 'saved'])
    expect(
      second
        .workspace('a')
        .getComponents()
        .find(({id}) => id === 'n1')?.layout.x,
    ).toBe(40)
    expect((await items()).map(({reason}) => reason)).toEqual(['replaced', 'givenUp'])
    const third = await again()
    await finish(time, third.whenReady('a'))
    expect(text(third, 'n1').getState()).toEqual({text: 'mine'})
    await finish(time, second.history.restore(await newest()))
    expect(textOf('n1')).toBe('theirs')
    expect(
      second
        .workspace('a')
        .getComponents()
        .find(({id}) => id === 'n1')?.layout,
    ).toEqual(before)
  })

  test('keeps what is typed and not saved yet before it is replaced', async () => {
    const {newest, items, second, time} = await startReplaced('theirs')
    const id = await newest()
    text(second, 'n1').set({text: 'typed a moment ago'})
    await finish(time, second.history.restore(id))
    const [replaced] = await items()
    expect(await second.history.read(replaced?.id ?? '')).toMatchObject({
      parts: [{componentId: 'n1', content: {text: 'typed a moment ago'}}],
    })
  })

  test('brings a component back that was deleted meanwhile', async () => {
    const {newest, second, time, textOf} = await startReplaced('theirs')
    second.workspace('a').remove('n1')
    await time.advanceAsync(1_000)
    await finish(time, second.history.restore(await newest()))
    expect([textOf('n1'), second.getStatus('a').save]).toEqual(['mine', 'saved'])
  })

  test('changes nothing when storage does not take it', async () => {
    const {newest, second, time, textOf, faults} = await startReplaced('theirs')
    const id = await newest()
    text(second, 'n2').set({text: 'unsaved'})
    faults.fail('commit', new KeepspaceError('storage.quota'), Number.POSITIVE_INFINITY)
    await expect(finish(time, second.history.restore(id))).rejects.toMatchObject({code: 'storage.quota'})
    expect(textOf('n1')).toBe('theirs')
  })

  test('skips what this version of the app does not know, and still exports it', async () => {
    const {newest, again, time} = await startReplaced('theirs')
    const id = await newest()
    const without = await again({components: []})
    expect(await finish(time, without.history.restore(id))).toEqual({restored: [], skipped: ['n1']})
    const {name, blob} = await without.history.export(id)
    expect(name).toMatch(/^history-a-.*\.json$/)
    expect(JSON.parse(await blob.text())).toMatchObject({
      workspaceId: 'a',
      reason: 'givenUp',
      records: expect.arrayContaining([
        expect.objectContaining({key: 'c/a/n1/state', value: expect.objectContaining({json: '{"text":"mine"}'})}),
      ]),
    })
  })

  test('does not find what is not there', async () => {
    const {keepspace} = await startWithNote({})
    await expect(keepspace.history.read('a/1.x')).rejects.toMatchObject({code: 'notFound'})
    await expect(keepspace.history.restore('')).rejects.toMatchObject({code: 'notFound'})
  })
})
