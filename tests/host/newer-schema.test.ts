import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import type {ComponentRecord} from '../../src/model/records.ts'
import {note} from '../support/definitions.ts'
import {startWithNote} from '../support/start-keepspace.ts'

/** The note of the next version of the app. */
const newerNote = (options: {readonly editableFrom?: number; readonly isOther?: boolean} = {}) =>
  defineComponent({
    type: 'note',
    version: 2,
    editableFrom: options.editableFrom ?? 2,
    schema: v.looseObject({lines: v.optional(v.array(v.string())), text: v.optional(v.string())}),
    initial: {},
    migrations: {
      1: ({text}) => (options.isOther ? {lines: String(text).split('\n')} : {text: String(text), lines: []}),
    },
  })

/** A tab of the old version of the app and one of the new version, both showing the same note. */
async function startTwoBuilds(options: Parameters<typeof newerNote>[0] = {}) {
  const newer = newerNote(options)
  const started = await startWithNote({})
  const {keepspace: old, time} = started
  old.workspace('a').add(note, {id: 'n2', state: {text: 'beside it'}})
  await time.advanceAsync(500)
  const next = await started.again({components: [newer]})
  next.activate('a')
  await next.whenReady('a')
  const edit = (text: string) =>
    next
      .workspace('a')
      .component(newer, 'n1')
      .set({text, lines: [text]})
  const oldNote = (id = 'n1') => old.workspace('a').component(note, id)
  const stored = async (): Promise<ComponentRecord> => {
    const port = await started.storage.target.open()
    const [record] = await port.readPrefix('scope/test%2Flocal/c/a/n1/state')
    return record?.value as ComponentRecord
  }
  const history = async () => {
    const port = await started.storage.target.open()
    const records = await port.readPrefix('scope/test%2Flocal/history/a/')
    return records.map(({value}) => (value as ComponentRecord).json)
  }
  return {...started, old, next, edit, oldNote, stored, history}
}

const problemsOf = (tab: Keepspace) =>
  tab.getStatus('a').problems.map(({componentId, kind, error}) => [componentId, kind, error.code])

describe('a tab of an older version of the app', () => {
  test('saves what it has as long as nobody was first, and the newer one takes it over', async () => {
    const {oldNote, next, time} = await startTwoBuilds()
    oldNote().set({text: 'last words of the old one'})
    await time.advanceAsync(1_000)
    next
      .workspace('a')
      .component(newerNote(), 'n2')
      .set({lines: ['b']})
    await time.advanceAsync(1_000)
    expect(next.workspace('a').component(newerNote(), 'n1').getState()).toMatchObject({
      text: 'last words of the old one',
    })
  })

  test('hands over what is unsaved to the history, stops writing that record, says so, and goes on with the others', async () => {
    const {old, oldNote, edit, stored, history, events, time} = await startTwoBuilds()
    edit('newer')
    await time.advanceAsync(1_000)
    oldNote().set({text: 'not saved before'})
    oldNote('n2').set({text: 'still mine to edit'})
    await time.advanceAsync(1_000)
    const newer = await stored()
    expect(newer).toMatchObject({schemaVersion: 2, json: '{"text":"newer","lines":["newer"]}'})
    expect(await history()).toEqual(['{"text":"not saved before"}'])
    expect(old.getStatus('a')).toMatchObject({save: 'saved', phase: 'hot'})
    expect(problemsOf(old)).toEqual([['n1', 'readOnly', 'record.newer']])
    expect(old.getStatus('a').problems[0]?.error.sentence).toContain('Reload to go on editing')
    expect(events.filter(({type}) => type === 'newer_version_met')).toEqual([
      {type: 'newer_version_met', workspaceId: 'a', componentIds: ['n1']},
    ])
    expect(oldNote().getState()).toMatchObject({text: 'newer'})
    expect(() => oldNote().set({text: 'again'})).toThrow(expect.objectContaining({code: 'component.readOnly'}))
    oldNote('n2').set({text: 'and again'})
    await time.advanceAsync(1_000)
    expect(old.getStatus('a').save).toBe('saved')
    expect(await stored()).toEqual(newer)
  })

  test('meets it without anything unsaved, and only shows it from then on', async () => {
    const {old, oldNote, edit, events, time} = await startTwoBuilds()
    edit('newer')
    await time.advanceAsync(1_000)
    oldNote('n2').set({text: 'x'})
    await time.advanceAsync(1_000)
    expect(problemsOf(old)).toEqual([['n1', 'readOnly', 'record.newer']])
    expect(events.filter(({type}) => type === 'newer_version_met')).toHaveLength(1)
  })

  test('that cannot even read it says that it is newer, and keeps its bytes', async () => {
    const {old, oldNote, next, stored, time} = await startTwoBuilds({isOther: true})
    next
      .workspace('a')
      .component(newerNote({isOther: true}), 'n1')
      .set({lines: ['only lines']})
    await time.advanceAsync(1_000)
    const newer = await stored()
    oldNote('n2').set({text: 'x'})
    await time.advanceAsync(1_000)
    expect(problemsOf(old)).toEqual([['n1', 'placeholder', 'record.newer']])
    expect(await stored()).toEqual(newer)
  })

  test('goes on editing where the newer version allows it; only a real overlap asks', async () => {
    const {old, next, oldNote, edit, stored, time} = await startTwoBuilds({editableFrom: 1})
    edit('newer')
    await time.advanceAsync(1_000)
    oldNote('n2').set({text: 'x'})
    await time.advanceAsync(1_000)
    oldNote().set({text: 'edited by the old one'})
    await time.advanceAsync(1_000)
    expect(problemsOf(old)).toEqual([])
    expect(await stored()).toMatchObject({
      schemaVersion: 2,
      json: '{"text":"edited by the old one","lines":["newer"]}',
    })
    edit('newer again')
    oldNote().set({text: 'at the same time'})
    await time.advanceAsync(2_000)
    expect([old, next].map((tab) => tab.getStatus('a').save)).toEqual(['saved', 'conflict'])
  })
})
