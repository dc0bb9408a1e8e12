import * as v from 'valibot'
import {defineComponent} from '../../src/model/component-definition.ts'
import {note, timer} from '../support/definitions.ts'
import type {Scenario} from './loop-run.ts'

/** The same note in a later version of the app. */
const laterNote = defineComponent({
  type: 'note',
  version: 2,
  schema: v.looseObject({text: v.string(), colour: v.string()}),
  initial: {text: '', colour: 'white'},
  migrations: {1: (state) => ({...(state as object), colour: 'white'})},
})

/** What people do, one thing each. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'open, edit and save',
    run: async ({keepspace, answer, edit, save}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'saved')
      await save(keepspace, 'a')
    },
  },
  {
    name: 'an edit that saves itself',
    run: async ({keepspace, answer, edit, wait}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'by itself')
      await wait(2_000)
    },
  },
  {
    name: 'an edit before it is loaded',
    run: async ({keepspace, edit, save}) => {
      edit(keepspace, 'a', 'early')
      await save(keepspace, 'a')
    },
  },
  {
    name: 'an edit during a save',
    run: async ({keepspace, answer, edit, save}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'first')
      const saving = save(keepspace, 'a')
      edit(keepspace, 'a', 'second')
      await saving
      await save(keepspace, 'a')
    },
  },
  {
    name: 'three workspaces where two fit',
    run: async ({keepspace, answer, edit, wait}) => {
      for (const id of ['a', 'b', 'c']) {
        keepspace.activate(id)
        await answer(keepspace.whenReady(id))
        edit(keepspace, id, `${id} edited`)
        keepspace.hide(id)
        await wait(1_000)
      }
    },
  },
  {
    name: 'unload and open again',
    run: async ({keepspace, answer, edit}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'before it left')
      await answer(keepspace.unload('a'))
      await answer(keepspace.whenReady('a'))
    },
  },
  {
    name: 'the next page',
    run: async ({keepspace, answer, edit, save, again}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'for the next page')
      await save(keepspace, 'a')
      const next = await again()
      await answer(next.whenReady('a'))
    },
  },
  {
    name: 'two tabs that edit different workspaces',
    run: async ({keepspace, answer, edit, save, again}) => {
      const other = await again()
      await answer(Promise.all([keepspace.whenReady('a'), other.whenReady('b')]))
      edit(keepspace, 'a', 'from one')
      edit(other, 'b', 'from the other')
      await Promise.all([save(keepspace, 'a'), save(other, 'b')])
    },
  },
  {
    name: 'a rebase over what another tab added',
    run: async ({keepspace, answer, edit, save, again}) => {
      const other = await again()
      await answer(Promise.all([keepspace.whenReady('a'), other.whenReady('a')]))
      await answer(Promise.resolve().then(() => other.workspace('a').add(note, {id: 'n2', state: {text: 'added'}})))
      await answer(other.persist('a', 'explicit'))
      edit(keepspace, 'a', 'beside it')
      await save(keepspace, 'a')
    },
  },
  {
    name: 'a workspace that is new',
    run: async ({keepspace, answer, wait}) => {
      keepspace.open('new', {create: {title: 'New', entryId: 'entry'}})
      await answer(keepspace.whenReady('new'))
      await answer(Promise.resolve().then(() => keepspace.workspace('new').add(note, {id: 'n1'})))
      await wait(1_000)
    },
  },
  {
    name: 'a component that is removed and comes back',
    run: async ({keepspace, answer, edit, remember, save}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'removed')
      await answer(Promise.resolve().then(() => keepspace.workspace('a').remove('n1')))
      remember('a', 'nothing')
      await save(keepspace, 'a')
      await answer(Promise.resolve().then(() => keepspace.workspace('a').undelete('n1')))
      remember('a', 'removed')
      await save(keepspace, 'a')
    },
  },
  {
    name: 'a rename while it is cold',
    run: async ({keepspace, answer}) => {
      await answer(keepspace.catalogue.renameWorkspace('a' as never, 'renamed'))
    },
  },
  {
    name: 'a rename while it is edited',
    run: async ({keepspace, answer, edit, save}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'with a new name')
      await answer(keepspace.catalogue.renameWorkspace('a' as never, 'renamed'))
      await save(keepspace, 'a')
    },
  },
  {
    name: 'a duplicate',
    run: async ({keepspace, answer, edit, save}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'twice')
      await save(keepspace, 'a')
      await answer(keepspace.catalogue.duplicateWorkspace('a' as never))
    },
  },
  {
    name: 'a preset that is saved and placed',
    run: async ({keepspace, answer}) => {
      await answer(keepspace.whenReady('a'))
      const saved = await answer(keepspace.presets.save('a' as never, 'Standard'))
      if (saved !== undefined) {
        await answer(keepspace.presets.load(saved.presetId, 'b' as never))
      }
    },
  },
  {
    name: 'a setting',
    run: async ({keepspace, answer}) => {
      await answer(keepspace.settings.set('theme', 'dark'))
    },
  },
  {
    name: 'last words and the page after them',
    run: async ({keepspace, page, answer, edit, wait, again}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'last words')
      page.emit('hidden')
      await wait(1_000)
      const next = await again()
      await answer(next.whenReady('a'))
    },
  },
  {
    name: 'a shutdown',
    run: async ({keepspace, answer, edit}) => {
      await answer(keepspace.whenReady('a'))
      edit(keepspace, 'a', 'before the end')
      const report = await answer(keepspace.shutdown())
      if (report?.status === 'late') {
        keepspace.cancelShutdown()
      }
    },
  },
  {
    name: 'a later version of the app that migrates what it edits',
    run: async ({answer, again}) => {
      const later = await again([laterNote, timer])
      await answer(later.whenReady('b'))
      await answer(Promise.resolve().then(() => later.workspace('b').component(laterNote, 'n1').set({colour: 'red'})))
      await answer(later.persist('b', 'explicit'))
    },
  },
  {
    name: 'a timer that ticks',
    run: async ({keepspace, answer, wait}) => {
      await answer(keepspace.whenReady('a'))
      await answer(
        Promise.resolve().then(() =>
          keepspace.workspace('a').add(timer, {id: 't', state: {seconds: 3, isTicking: true}}),
        ),
      )
      await wait(6_000)
    },
  },
]
