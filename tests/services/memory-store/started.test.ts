import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {type AnyComponentDefinition, defineComponent} from '../../../src/model/component-definition.ts'
import {OPERATIONS_RECORD} from '../../../src/model/keys.ts'
import {added, component, startLoadedStore, storedState} from '../../support/start-store.ts'

const a = component('a')
const KEY = 'c/w1/a/.operations'

/** Takes up what was started, and notes it. */
function startTakingUp(version = 1, stored: readonly (readonly [string, unknown])[] = []) {
  const heard: string[] = []
  const folder = defineComponent({
    type: 'folder',
    version,
    editableFrom: version,
    schema: v.looseObject({name: v.string()}),
    initial: {name: ''},
    operation: {
      goOn: ({name, progress}) => {
        heard.push(`${name} at ${progress}`)
        return undefined
      },
    },
    ...(version === 2 && {migrations: {1: (state: object) => ({...state, name: 'new'})}}),
  }) as unknown as AnyComponentDefinition
  const started = startLoadedStore({definitions: [folder], stored: new Map(stored)})
  return {...started, folder, hands: heard}
}

const upload = {name: 'upload', resume: 'remaining', startedAt: 500, progress: 0.5}
const storedFolder = storedState('a', {name: 'One'}, {type: 'folder'})
const anchors = (...operations: readonly object[]) =>
  storedState('a', {operations}, {type: 'folder', record: OPERATIONS_RECORD})

describe('what is stored of started work', () => {
  test('is when it began, how far it is, by which rule it goes on and what is left of it', async () => {
    const {store, folder, time, save, stored} = startTakingUp()
    store.add(folder, added('a'))
    store.startOperation(a, {name: 'upload', resume: 'remaining', durationMs: 60_000})
    store.startOperation(a, {name: 'scan', resume: 'deadline', deadlineMs: 90_000})
    store.reportProgress(a, 'upload', 0.123_4)
    await time.advanceAsync(10_000)
    save()
    expect(JSON.parse((stored.get(KEY) as {json: string}).json)).toEqual({
      operations: [
        {name: 'scan', resume: 'deadline', startedAt: 1_000, deadlineMs: 90_000},
        {name: 'upload', resume: 'remaining', startedAt: 1_000, leftMs: 50_000, progress: 0.12},
      ],
    })
    store.stopOperation(a, 'upload')
    store.stopOperation(a, 'scan')
    save()
    expect(stored.has(KEY)).toBe(false)
  })

  test('is marked once each two seconds while it gets on, and goes with what is saved before', async () => {
    const {store, folder, time, save, heard, stored} = startTakingUp()
    store.add(folder, added('a'))
    store.startOperation(a, {name: 'upload'})
    save()
    await time.settle()
    heard.length = 0
    for (let step = 1; step <= 40; step += 1) {
      store.reportProgress(a, 'upload', step / 100)
      await time.advanceAsync(100)
    }
    expect(heard.filter((each) => each.startsWith('burst'))).toHaveLength(2)
    store.reportProgress(a, 'upload', 0.9)
    expect(store.hasUnsaved()).toBe(true)
    save()
    expect([(stored.get(KEY) as {json: string}).json.includes('0.9'), store.hasUnsaved()]).toEqual([true, false])
  })

  test('of a later version stays as it is, beside what this one understands', () => {
    const later = {name: 'sync', resume: 'after a week', every: 7}
    const {store, hands, save, stored} = startTakingUp(1, [storedFolder, anchors({...upload, speed: 3}, later)])
    expect([hands, store.hasUnsaved()]).toEqual([['upload at 0.5'], false])
    store.reportProgress(a, 'upload', 0.6)
    save()
    expect(JSON.parse((stored.get(KEY) as {json: string}).json)).toEqual({
      operations: [later, {...upload, progress: 0.6, speed: 3}],
    })
  })

  test('goes on after its component was migrated, and not in one that a later version wrote', () => {
    expect(startTakingUp(2, [storedFolder, anchors(upload)]).hands).toEqual(['upload at 0.5'])
    const newer = storedState('a', {name: 'One'}, {type: 'folder', schemaVersion: 2, editableFrom: 2})
    const {store, hands, save} = startTakingUp(1, [newer, anchors(upload)])
    expect([hands, store.getWaitingOperations().map(({name}) => name)]).toEqual([[], ['upload']])
    store.startOperation(a, {name: 'scan'})
    expect(save().isUnchanged).toBe(true)
  })

  test('takes nobody along when it is damaged', () => {
    const damaged = [KEY, {...(anchors(upload)[1] as object), checksum: 1}] as const
    const {store, hands} = startTakingUp(1, [storedFolder, damaged])
    expect([hands, store.getInfo(a)?.status, store.getState(a)]).toEqual([[], 'ready', {name: 'One'}])
  })

  test('is read as content by nobody: a type that is not known keeps it byte for byte', () => {
    const {store, save, stored} = startLoadedStore({stored: new Map([storedFolder, anchors(upload)])})
    expect(store.getProblems().map(({error}) => error.code)).toEqual(['component.unknownType'])
    store.markAllLost()
    const before = (anchors(upload)[1] as {json: string}).json
    stored.clear()
    save()
    expect((stored.get(KEY) as {json: string}).json).toBe(before)
  })
})
