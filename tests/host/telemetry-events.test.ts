import {expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {entryId, workspaceId} from '../../src/model/ids.ts'
import type {TelemetryName} from '../../src/model/telemetry.ts'
import {timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

/** What an operator may count on finding, by name. */
const names: readonly TelemetryName[] = [
  'save_schedule',
  'save_attempt',
  'save_success',
  'save_skip_in_flight',
  'save_skip_unchanged',
  'save_skip_not_ready',
  'save_failure',
  'workspace_runtime_evicted',
  'pre_eviction_persist_start',
  'pre_eviction_persist_complete',
  'background_autosave_start',
  'background_autosave_workspace',
  'background_autosave_complete',
  'component_state_throttled_persist',
  'component_state_immediate_persist',
  'component_active_state_changed',
  'entry_deactivated_skip_pinned',
  'entry_deactivated_evicted',
  'workspace_entry_updated',
  'workspace_tracking_cleaned',
  'runtime_creation_blocked',
  'runtime_evicted_for_capacity',
  'runtime_evicted_memory_pressure',
  'eviction_score_calculated',
  'eviction_candidate_selected',
  'eviction_skipped_pinned',
  'no_eviction_candidates',
]

test('every event is told by its name while people work, each of a workspace with its id', async () => {
  const {keepspace, time, workspace, component, faults} = await startWithNote({}, ['a', 'b', 'c'])
  const otherEntry = await finish(time, keepspace.catalogue.createEntry({title: 'Other', id: 'other'}))

  // A timer ticks and is started by hand; a card is put away; something is typed and taken back.
  workspace.add(timer, {id: 't', state: {seconds: 600, isTicking: false}})
  workspace.component(timer, 't').set({isTicking: true})
  workspace.setActive('n1', true)
  await time.advanceAsync(5_000)
  workspace.component(timer, 't').set({isTicking: false})
  await time.advanceAsync(5_000)
  await finish(time, workspace.save())

  // Saves that wait, meet another one, and fail.
  const stopHolding = workspace.holdCapture('composing')
  component.set({text: 'in the middle'})
  await time.advanceAsync(3_000)
  stopHolding()
  const held = faults.delay('commit')
  component.set({text: 'first'})
  const first = workspace.save()
  await held.reached
  const second = workspace.save()
  held.release()
  await finish(time, Promise.all([first, second]))
  faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
  component.set({text: 'later'})
  keepspace.activate('b')
  keepspace.hide('a')
  await time.advanceAsync(45_000)
  faults.clear()
  keepspace.retryStorage()
  await time.advanceAsync(60_000)

  // No room, then room; a pinned one stays when its entry is left.
  keepspace.setCap(1)
  await time.advanceAsync(500)
  keepspace.activate('c')
  await time.advanceAsync(2_000)
  await finish(time, keepspace.catalogue.setWorkspacePinned(workspaceId('b'), true))
  keepspace.freeMemory({strength: 'urgent'})
  await time.advanceAsync(500)
  keepspace.hide('b')
  keepspace.hide('c')
  keepspace.freeMemory({strength: 'urgent'})
  await time.advanceAsync(500)
  await finish(time, keepspace.activateEntry(entryId('entry')))
  await finish(time, keepspace.catalogue.moveWorkspace(workspaceId('b'), entryId('entry')))
  keepspace.open('a')
  await time.advanceAsync(500)
  await finish(time, keepspace.activateEntry(otherEntry))
  await finish(time, keepspace.catalogue.moveWorkspace(workspaceId('b'), otherEntry))
  await time.advanceAsync(500)

  const {events} = keepspace.telemetry.counters()
  expect(names.filter((name) => events[name] === undefined)).toEqual([])
  const ofWorkspaces = keepspace.telemetry.recent().filter(({type}) => /^(save|workspace|runtime)_/.test(type))
  expect(ofWorkspaces.filter(({workspaceId: id}) => id === undefined)).toEqual([])
  const saved = ofWorkspaces.filter(({type}) => type === 'save_success')
  expect(saved.length).toBeGreaterThan(3)
  for (const entry of saved) {
    expect(entry).toMatchObject({
      reason: expect.any(String),
      isBackground: expect.any(Boolean),
      durationMs: expect.any(Number),
      bytes: expect.any(Number),
    })
  }
})
