import {describe, expect, test} from 'vitest'
import {note} from '../support/definitions.ts'
import {createWorkspaces, startKeepspace} from '../support/start-keepspace.ts'

describe('saving a workspace', () => {
  test('an edit is saved after a quiet moment and survives a reload', async () => {
    const {keepspace, time, again} = await startKeepspace()
    await createWorkspaces(keepspace, ['a'], () => time.advanceAsync(10))
    const workspace = keepspace.activate('a')
    await time.settle()
    const id = workspace.add(note, {id: 'n1'})
    await time.advanceAsync(50)
    expect(keepspace.getStatus('a').save).toBe('saved')

    workspace.component(note, id).set({text: 'hello'})
    await time.settle()
    expect(keepspace.getStatus('a').save).toBe('unsaved')
    await time.advanceAsync(299)
    expect(keepspace.getStatus('a').save).toBe('unsaved')
    await time.advanceAsync(10)
    expect(keepspace.getStatus('a')).toMatchObject({save: 'saved', level: 'onDevice', revision: 3})

    const second = await again()
    await second.whenReady('a')
    expect(second.workspace('a').component(note, 'n1').getState()).toEqual({text: 'hello'})
  })
})
