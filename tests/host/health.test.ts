import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {adviceFor} from '../../src/model/health.ts'
import {headKey} from '../../src/model/keys.ts'
import type {PageLifecycle} from '../../src/model/page-lifecycle.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note} from '../support/definitions.ts'
import {startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const forever = Number.POSITIVE_INFINITY

describe('the health', () => {
  test('counts what became durable, names the last write, and is the same object while nothing changed', async () => {
    const {keepspace, component, time} = await startWithNote()
    const before = keepspace.getHealth()
    component.set({text: 'x'})
    await time.advanceAsync(400)
    const after = keepspace.getHealth()
    expect(after).toMatchObject({
      state: 'healthy',
      issues: [],
      successes: before.successes + 1,
      failures: 0,
      last: {targetKind: 'workspace', target: 'a', reason: 'edit', error: undefined},
      hasPendingNewer: false,
      atRisk: {workspaces: 0, edits: 0, since: undefined},
    })
    expect(keepspace.getHealth()).toBe(after)
  })

  test.each([
    ['storage.unavailable', 'failing'],
    ['storage.timeout', 'failing'],
    ['storage.lost', 'failing'],
    ['storage.quota', 'quota'],
  ] as const)('of a storage that says %s is %s until it recovers', async (code, state) => {
    const {keepspace, component, time, faults} = await startWithNote()
    faults.fail('commit', new KeepspaceError(code), forever)
    component.set({text: 'x'})
    await time.advanceAsync(400)
    expect(keepspace.getHealth()).toMatchObject({
      state,
      issues: [{state, workspaces: ['a'], advice: adviceFor(state), error: {code}}],
      failures: 1,
      last: {target: 'a', error: {code}},
      hasPendingNewer: true,
      atRisk: {workspaces: 1, edits: 1},
    })
    faults.clear()
    keepspace.retryStorage()
    await time.advanceAsync(50)
    expect(keepspace.getHealth()).toMatchObject({state: 'healthy', issues: [], hasPendingNewer: false})
  })

  test('without storage is that everything is gone with the page', async () => {
    const {keepspace, time} = await startKeepspace({
      target: {name: 'broken', open: () => Promise.reject(new KeepspaceError('storage.unavailable', 'no IndexedDB'))},
    })
    await time.advanceAsync(50)
    expect(keepspace.getHealth()).toMatchObject({
      state: 'storageUnavailable',
      issues: [{workspaces: [], error: {code: 'storage.unavailable', detail: 'no IndexedDB'}}],
    })
    expect(keepspace.getSnapshot().storage.isPersistent).toBe(false)
  })

  test('knows what is too large and what cannot be saved apart', async () => {
    const {keepspace, workspace, component, time} = await startWithNote({maxRecordBytes: 100, isDevelopment: false})
    component.set({text: 'x'.repeat(200)})
    workspace.add(note, {id: 'n2', state: {text: (() => 'x') as unknown as string}})
    await time.advanceAsync(400)
    expect(keepspace.getHealth().issues.map(({state, workspaces}) => [state, workspaces])).toEqual([
      ['tooLarge', ['a']],
      ['unsavable', ['a']],
    ])
  })

  test('names conflicts', async () => {
    const {keepspace, component, time, again} = await startWithNote()
    const other = await again()
    await other.whenReady('a')
    other.workspace('a').component(note, 'n1').set({text: 'theirs'})
    component.set({text: 'mine'})
    await time.advanceAsync(1_000)
    expect(keepspace.getHealth()).toMatchObject({state: 'conflict', issues: [{workspaces: ['a']}]})
  })

  test('names what a newer version of the app wrote', async () => {
    const target = memoryStorage({isPersistent: true})
    const {time, again, storage, component} = await startWithNote({target})
    component.set({text: 'x'})
    await time.advanceAsync(500)
    const port = await storage.target.open()
    const key = `scope/test%2Flocal/${headKey('a' as never)}`
    const [records = []] = await port.read([{key}])
    const head = records[0]?.value as {readonly revision: number; readonly commitId: never}
    const {revision, commitId} = head
    const value = {...head, formatVersion: 99, revision: revision + 1}
    await port.commit([{commitId, expect: {key, revision}, puts: [{key, value}], deletes: []}], {durability: 'strict'})
    const next = await again()
    next.open('a')
    await time.advanceAsync(50)
    expect(next.getHealth()).toMatchObject({state: 'newerSchema', issues: [{workspaces: ['a']}]})
  })

  test('says that saving is paused, or that there is no network', async () => {
    const lifecycle: PageLifecycle = {
      subscribe: () => () => undefined,
      getState: () => ({isVisible: true, isFocused: true, isOnline: false}),
    }
    const {keepspace} = await startKeepspace({lifecycle, flags: {liveState: false}})
    expect(keepspace.getHealth().issues.map(({state}) => state)).toEqual(['paused', 'offline'])
  })
})
