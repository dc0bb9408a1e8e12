import {expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {note} from '../support/definitions.ts'
import {startWithNote} from '../support/start-keepspace.ts'

/** Who is in memory for somebody who reads it only when told that it changed, as React does. */
function follow(keepspace: Keepspace) {
  const followed = {hot: keepspace.getSnapshot().hot}
  keepspace.subscribe(() => {
    followed.hot = keepspace.getSnapshot().hot
  })
  return followed
}

test('whoever shows who is in memory hears of loads that are tried again, of read-only views and of edits that wait', async () => {
  const {again, time, faults} = await startWithNote({})
  const keepspace = await again()
  const followed = follow(keepspace)
  faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'), Number.POSITIVE_INFINITY)
  keepspace.activate('a')
  await time.advanceAsync(100)
  expect([keepspace.getStatus('a').phase, followed.hot]).toEqual(['loadFailed', []])

  keepspace.workspace('a').openReadOnly()
  await time.settle()
  expect([keepspace.getStatus('a').phase, followed.hot]).toEqual(['readOnly', ['a']])

  keepspace.workspace('a').retryLoad()
  await time.advanceAsync(100)
  expect([keepspace.getStatus('a').phase, followed.hot]).toEqual(['loadFailed', []])

  keepspace.workspace('a').component(note, 'n1').set({text: 'waits'})
  await time.settle()
  expect([keepspace.getStatus('a').phase, followed.hot]).toEqual(['loadFailed', ['a']])
})

test('whoever shows who is in memory hears that a workspace is loading again', async () => {
  const {again, time, faults} = await startWithNote({})
  const keepspace = await again()
  const followed = follow(keepspace)
  faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'))
  keepspace.activate('a')
  await time.advanceAsync(100)
  const held = faults.delay('read')
  keepspace.workspace('a').retryLoad()
  await time.settle()
  expect([keepspace.getStatus('a').phase, followed.hot]).toEqual(['loading', ['a']])
  held.release()
  await time.advanceAsync(100)
})
