import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import type {FakeIdle} from '../../src/testing/fake-idle.ts'
import type {SimulatedTime} from '../../src/testing/simulated-time.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const note2 = defineComponent({
  type: 'note',
  version: 2,
  schema: v.looseObject({text: v.string(), words: v.number()}),
  initial: {text: '', words: 0},
  migrations: {
    1: (state) => {
      if (state.text === 'cannot be migrated') {
        throw new Error('unexpected text')
      }
      return {...state, words: String(state.text).split(' ').length}
    },
  },
})

/** Two stored workspaces of version 1, and the target that holds them. */
async function storedByVersion1(text = 'two words') {
  const target = memoryStorage({isPersistent: true})
  const first = await startWithNote({target}, ['a', 'b'])
  first.component.set({text})
  first.workspace.add(timer, {id: 't'})
  await finish(first.time, first.keepspace.persist('a', 'explicit'))
  first.keepspace.open('b').add(note, {id: 'n', state: {text: 'fine'}})
  await finish(first.time, first.keepspace.persist('b', 'explicit'))
  const audit = first.keepspace.audit()
  await quietDown(first)
  await audit
  await finish(first.time, first.keepspace.dispose())
  return {target, witness: first.witness}
}

async function quietDown({idle, time}: {readonly idle: FakeIdle; readonly time: SimulatedTime}): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    quiet = idle.pass() ? 0 : quiet + 1
    await time.advanceAsync(20)
  }
}

const upgraded = {components: [note2, timer]}

describe('after an upgrade', () => {
  test('everything stored is read through the new code in quiet moments, and nothing of it is written', async () => {
    const {target} = await storedByVersion1()
    const started = await startKeepspace({target, ...upgraded})
    const {keepspace, events, log} = started
    expect(keepspace.getSnapshot().audit).toMatchObject({phase: 'waiting', done: 0, total: 2, isHoldingWrites: false})
    await quietDown(started)
    expect(events.filter(({type}) => type === 'audit.completed')).toMatchObject([
      {
        workspaces: 2,
        components: 3,
        findings: [],
        definitions: 'note@2 timer@1',
        previousDefinitions: 'note@1 timer@1',
      },
    ])
    expect(keepspace.getSnapshot().audit.phase).toBe('passed')
    const written = log.commits.flatMap(({groups}) => groups.flatMap(({puts}) => puts.map(({key}) => key)))
    expect(written).toEqual(['scope/test%2Flocal/audit'])
    const again = await startKeepspace({target, ...upgraded})
    expect(again.keepspace.getSnapshot().audit.phase).toBe('notNeeded')
  })

  test('what cannot be read is named, with the reason, and opens with its siblings all the same', async () => {
    const {target} = await storedByVersion1('cannot be migrated')
    const started = await startKeepspace({target, components: [note2]})
    const {keepspace, time} = started
    await quietDown(started)
    expect(keepspace.getSnapshot().audit).toMatchObject({
      phase: 'failed',
      report: {
        findings: [
          {workspaceId: 'a', componentId: 'n1', type: 'note', code: 'value.invalid'},
          {workspaceId: 'a', componentId: 't', type: 'timer', code: 'component.unknownType'},
        ],
      },
    })
    await finish(time, keepspace.whenReady('b'))
    expect(keepspace.workspace('b').component(note2, 'n').getState()).toEqual({text: 'fine', words: 1})
  })

  test('a new or unchanged app reads nothing for it', async () => {
    const {keepspace, idle, log} = await startKeepspace()
    expect(keepspace.getSnapshot().audit.phase).toBe('notNeeded')
    idle.pass()
    expect(log.commits).toEqual([])
    const {target} = await storedByVersion1()
    const same = await startKeepspace({target})
    expect(same.keepspace.getSnapshot().audit.phase).toBe('notNeeded')
  })

  test('asked for, it looks at once, with progress, and joins the one that runs', async () => {
    const {target} = await storedByVersion1()
    const started = await startKeepspace({target, ...upgraded})
    const progress: string[] = []
    const first = started.keepspace.audit({onProgress: (done, total) => void progress.push(`${done}/${total}`)})
    const second = started.keepspace.audit()
    await quietDown(started)
    expect(await first).toBe(await second)
    expect(progress).toEqual(['1/2', '2/2'])
    expect(started.events.filter(({type}) => type === 'audit.completed')).toHaveLength(1)
  })
})

describe('an app that lets no new version write before its audit', () => {
  const holding = {...upgraded, auditBeforeWrite: true}

  test('shows everything read-only, refuses changes, and lets them in once everything could be read', async () => {
    const {target} = await storedByVersion1()
    const started = await startKeepspace({target, ...holding})
    const {keepspace, time, log} = started
    const workspace = keepspace.activate('a')
    await time.advanceAsync(50)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'readOnly', error: {code: 'audit.pending'}})
    expect(workspace.component(note2, 'n1').getState()).toEqual({text: 'two words', words: 2})
    expect(() => workspace.component(note2, 'n1').set({text: 'x'})).toThrow(
      expect.objectContaining({code: 'component.readOnly'}),
    )
    await expect(keepspace.catalogue.renameWorkspace('b' as WorkspaceId, 'New')).rejects.toMatchObject({
      code: 'audit.pending',
    })
    await expect(keepspace.storage.free('deleted')).rejects.toMatchObject({code: 'audit.pending'})
    expect(log.commits).toEqual([])
    await quietDown(started)
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'hot', error: undefined})
    workspace.component(note2, 'n1').set({text: 'now'})
    expect(await finish(time, keepspace.persist('a', 'explicit'))).toMatchObject({status: 'saved'})
  })

  test('goes on holding when something could not be read, until the app allows it', async () => {
    const {target} = await storedByVersion1('cannot be migrated')
    const started = await startKeepspace({target, ...holding})
    const {keepspace, time, log} = started
    keepspace.activate('b')
    await quietDown(started)
    expect(keepspace.getSnapshot().audit).toMatchObject({phase: 'failed', isHoldingWrites: true})
    expect(keepspace.getStatus('b').phase).toBe('readOnly')
    expect(log.commits).toEqual([])
    keepspace.allowWrites()
    await time.advanceAsync(50)
    expect(keepspace.getStatus('b').phase).toBe('hot')
    expect(keepspace.getSnapshot().audit.isHoldingWrites).toBe(false)
  })

  test('holds nothing in a storage that holds nothing', async () => {
    const {keepspace, time} = await startKeepspace(holding)
    keepspace.open('home', {create: {title: 'Home'}})
    await finish(time, keepspace.whenReady('home'))
    expect(keepspace.getStatus('home').phase).toBe('hot')
  })
})
