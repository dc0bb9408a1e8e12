import {expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {createFakeTabs} from '../../src/testing/fake-tabs.ts'
import {note} from '../support/definitions.ts'
import {finish} from '../support/start-keepspace.ts'

test('tabs share storage, hear each other, and free what a killed one held', async () => {
  const tabs = createFakeTabs()
  const start = () => {
    const tab = tabs.open()
    return {tab, keepspace: createKeepspace({namespace: 'tabs', components: [note], ...tab.options})}
  }
  const {time} = tabs
  const first = start()
  const second = start()
  const workspace = first.keepspace.open('a', {create: {title: 'A'}})
  workspace.add(note, {id: 'n1', state: {text: 'from the first'}})
  await finish(time, workspace.save())
  second.keepspace.activate('a')
  await time.advanceAsync(1_000)
  const seen = second.keepspace.workspace('a').component(note, 'n1')
  expect(seen.getState()).toEqual({text: 'from the first'})

  workspace.component(note, 'n1').set({text: 'told'})
  await time.advanceAsync(1_000)
  expect(seen.getState()).toEqual({text: 'told'})
  expect(second.keepspace.getStatus('a').editing).toBe('elsewhere')

  first.tab.kill()
  seen.set({text: 'from the second'})
  await time.advanceAsync(1_000)
  expect(second.keepspace.getStatus('a')).toMatchObject({editing: 'here', save: 'saved'})
})
