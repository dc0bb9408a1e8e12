import {describe, expect, test} from 'vitest'
import {chartRecordingsOf} from '../../src/inspector/chart-recordings.ts'
import {decisionsOf} from '../../src/inspector/decision-log.ts'
import type {InspectionView} from '../../src/inspector/inspection-view.ts'
import {lanesOf} from '../../src/inspector/lanes.ts'
import {messagesOf} from '../../src/inspector/messages.ts'
import {startRecorder} from '../../src/inspector/recorder.ts'
import {type Recording, viewAt} from '../../src/inspector/recording.ts'
import {exportRecording, importRecording} from '../../src/inspector/recording-file.ts'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {replayRecording} from '../../src/testing/recording.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

/** States of all charts, by name. */
function statesIn({actors}: InspectionView): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...actors.values()]
      .filter(({actor}) => actor.chart !== undefined)
      .map(({actor, snapshot}) => [actor.systemId, snapshot?.value]),
  )
}

/** An edit that is saved at the second try, and an eviction. */
async function recordLife(capacity?: number) {
  const started = await startWithNote({inspect: undefined}, ['a', 'b'])
  const {component, faults, keepspace, time} = started
  const recorder = startRecorder(keepspace, capacity === undefined ? {} : {capacity})
  // Keeps everything, so that it says what a recording which drops something has to show.
  const whole = startRecorder(keepspace)
  const moments: {readonly count: number; readonly states: Readonly<Record<string, unknown>>}[] = []
  const look = () => {
    const {entries} = whole.read()
    moments.push({count: entries.length, states: statesIn(viewAt(whole.read(), entries.length))})
  }
  look()
  faults.fail('commit', new KeepspaceError('storage.unavailable'))
  component.set({text: 'x'})
  for (let step = 0; step < 60; step += 1) {
    await time.advanceAsync(50)
    look()
  }
  await time.advanceAsync(3_000)
  await finish(time, keepspace.unload('a'))
  look()
  return {...started, recorder, recording: recorder.read(), moments}
}

describe('a recording', () => {
  test('steps back to every chart as it was', async () => {
    const {moments, recording} = await recordLife()
    expect(new Set(moments.map(({states}) => JSON.stringify(states['keepspace.ws.a']))).size).toBeGreaterThan(3)
    for (const {count, states} of moments) {
      expect(statesIn(viewAt(recording, count))).toEqual(states)
    }
    expect(moments.at(-1)?.states).not.toHaveProperty('keepspace.ws.a')
  })

  test('is bounded; what was dropped still counts for how things were', async () => {
    const {moments, recording} = await recordLife(80)
    expect(recording.entries.length).toBeLessThanOrEqual(80)
    expect(recording.dropped).toBeGreaterThan(0)
    const late = moments.filter(({count}) => count >= recording.dropped)
    expect(late.length).toBeGreaterThan(0)
    for (const {count, states} of late) {
      expect(statesIn(viewAt(recording, count - recording.dropped))).toEqual(states)
    }
  })

  test('comes back from a file as it was', async () => {
    const {moments, recording} = await recordLife(80)
    const back = importRecording(exportRecording(recording))
    expect(exportRecording(back)).toBe(exportRecording(recording))
    expect(statesIn(viewAt(back, back.entries.length))).toEqual(moments.at(-1)?.states)
  })

  test.each([
    ['no JSON', '{'],
    ['something else', '{"format":"other"}'],
    ['an entry that is none', fileWith([{atMs: 1, type: 'snapshot', sessionId: 'x'}])],
    ['a text for the states of an actor', fileWith([], [actorView({snapshot: {status: 'active', states: 'hot'}})])],
    ['numbers for the transitions of an actor', fileWith([], [actorView({lastTransitions: [1]})])],
    ['an entry of another version', fileWith([{atMs: 1, type: 'later'}])],
  ])('of a file that is %s is refused', (_, text) => {
    expect(() => importRecording(text)).toThrow(KeepspaceError)
  })

  test('of a file with nothing wrong in it is taken', () => {
    expect(importRecording(fileWith([], [actorView({})])).base.actors.size).toBe(1)
  })

  test('of an actor becomes a regression test of its chart', async () => {
    const started = await startWithNote({inspect: undefined}, ['a', 'b'])
    const recorder = startRecorder(started.keepspace)
    started.keepspace.activate('b')
    await started.time.advanceAsync(1_000)
    await finish(started.time, started.keepspace.unload('a'))
    const input = {workspaceId: 'b', pacing: defaultPacing}
    const [recording, ...others] = chartRecordingsOf(recorder.read(), 'workspace', {input})
    expect(others).toEqual([])
    expect(recording).toMatchObject({actor: 'keepspace.ws.b', initial: '"cold"'})
    expect(() => replayRecording(workspaceMachine, recording ?? expect.fail())).not.toThrow()
  })

  test('that was ended stays as it is', async () => {
    const {component, recorder, time} = await recordLife()
    recorder.stop()
    const before = recorder.read()
    component.set({text: 'later'})
    await time.advanceAsync(1_000)
    expect(recorder.read()).toBe(before)
  })
})

describe('what is drawn of it', () => {
  test('is one lane for each workspace, from dirty to evicted', async () => {
    const {recording} = await recordLife()
    const lane = lanesOf(recording).find(({workspaceId}) => workspaceId === 'a')
    expect(lane?.stretches.map(({phase}) => phase)).toEqual([
      'saved',
      'dirty',
      'saving',
      'failed',
      'saving',
      'saved',
      'saving',
      'evicted',
    ])
    for (const [index, {toMs}] of (lane?.stretches ?? []).entries()) {
      expect(toMs).toBe(lane?.stretches[index + 1]?.fromMs)
    }
  })

  test('is every message, by actor and by words', async () => {
    const {recording} = await recordLife()
    const all = {limit: 10_000, count: recording.entries.length}
    const messages = messagesOf(recording, all)
    expect(messages.find(({event}) => event.type === 'edit.recorded')).toMatchObject({to: 'keepspace.ws.a'})
    expect(messages.find(({to}) => to === 'keepspace.ws.a.save')).toMatchObject({from: 'keepspace.ws.a'})
    const ofWriter = messagesOf(recording, {...all, actor: 'keepspace.writer'})
    expect(ofWriter.length).toBeGreaterThan(0)
    expect(ofWriter.every(({from, to}) => `${from} ${to}`.includes('keepspace.writer'))).toBe(true)
    expect(messagesOf(recording, {...all, search: 'EDIT.rec'}).map(({event}) => event.type)).toEqual(['edit.recorded'])
    expect(messagesOf(recording, {...all, limit: 3})).toEqual(messages.slice(-3))
  })

  test('is every decision with its reasons, newest first', async () => {
    const {recording} = await recordLife()
    const decisions = decisionsOf(recording, {limit: 1_000, count: recording.entries.length})
    const failure = decisions.find(({what}) => what === 'save_failure')
    expect(failure).toMatchObject({workspaceId: 'a', why: expect.arrayContaining(['error: storage.unavailable'])})
    expect(decisions.find(({what}) => what === 'workspace_runtime_evicted')?.why).toContain('reason: unload')
    const times = decisions.map(({atMs}) => atMs)
    expect(times).toEqual([...times].sort((left, right) => right - left))
  })
})

/** As it stands in a file, but for what is wrong with it. */
function actorView(wrong: object): object {
  return {actor: {sessionId: 'x:1', systemId: 'keepspace'}, lastTransitions: [], atMs: 1, ...wrong}
}

function fileWith(entries: readonly unknown[], actors: readonly unknown[] = []): string {
  const {base: _, ...empty}: Recording = {base: {charts: new Map(), actors: new Map()}, entries: [], dropped: 0}
  return JSON.stringify({...empty, format: 'keepspace-recording', version: 1, charts: [], actors, entries})
}
