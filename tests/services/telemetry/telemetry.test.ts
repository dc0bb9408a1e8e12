import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../../src/model/errors.ts'
import type {KeepspaceEvent} from '../../../src/model/events.ts'
import {workspaceId} from '../../../src/model/ids.ts'
import type {TelemetryOptions} from '../../../src/model/telemetry.ts'
import {createTelemetry} from '../../../src/services/telemetry/telemetry.ts'

const a = workspaceId('a')

function startTelemetry(options: TelemetryOptions = {}) {
  const clock = {nowMs: 1_000_000}
  const stands = {editsAtRisk: 0, runtimes: 1, memoryBytes: 1_000}
  const telemetry = createTelemetry({...options, now: () => clock.nowMs, gauges: () => ({...stands})})
  const save = (id = a, isBackground = false, durationMs = 4, bytes = 100) =>
    telemetry.record({
      type: 'save_success',
      workspaceId: id,
      reason: 'edit',
      isBackground,
      revision: 1,
      records: 1,
      bytes,
      durationMs,
    })
  const fail = () =>
    telemetry.record({
      type: 'save_failure',
      workspaceId: a,
      reason: 'edit',
      isBackground: false,
      error: new KeepspaceError('storage.quota').report,
      durationMs: 9,
    })
  return {telemetry, clock, stands, save, fail}
}

const evicted: KeepspaceEvent = {type: 'workspace_runtime_evicted', workspaceId: a, reason: 'evict'}

describe(createTelemetry.name, () => {
  test('counts saves by workspace and visibility, and their rates', () => {
    const {telemetry, save, fail} = startTelemetry()
    expect(telemetry.counters()).toMatchObject({saveFailureRate: undefined, evictionSuccessRate: undefined})
    save()
    save(a, true, 8, 50)
    save(workspaceId('b'))
    fail()
    expect(telemetry.counters()).toMatchObject({
      events: {save_success: 3, save_failure: 1},
      workspaces: {
        a: {active: 1, background: 1, failed: 1, bytes: 150},
        b: {active: 1, background: 0, failed: 0, bytes: 100},
      },
      saveFailureRate: 0.25,
      meanSaveMs: 16 / 3,
    })
  })

  test('keeps the facts of an event in the ring: ids, codes and numbers, whatever else the event carries', () => {
    const {telemetry, fail} = startTelemetry()
    fail()
    telemetry.record({...evicted, title: 'a secret'} as KeepspaceEvent)
    expect(telemetry.recent()).toMatchObject([
      {type: 'save_failure', atMs: 1_000_000, workspaceId: 'a', reason: 'edit', durationMs: 9, code: 'storage.quota'},
      {type: 'workspace_runtime_evicted', reason: 'evict'},
    ])
    expect(JSON.stringify(telemetry.export())).not.toContain('secret')
  })

  test('the ring keeps the newest, sampling thins usual events and never failures, counters count all', () => {
    const {telemetry, save, fail} = startTelemetry({capacity: 3, sampleEvery: 5})
    for (let index = 0; index < 10; index++) {
      save()
    }
    fail()
    fail()
    expect(telemetry.recent().map(({type}) => type)).toEqual(['save_success', 'save_failure', 'save_failure'])
    expect(telemetry.recent(1)).toHaveLength(1)
    expect(telemetry.counters().events).toEqual({save_success: 10, save_failure: 2})
  })

  test('a subscriber hears each entry, or every so many-th, until it ends', () => {
    const {telemetry, fail} = startTelemetry()
    const heard: string[] = []
    const undo = telemetry.subscribe(({type}) => void heard.push(type))
    telemetry.subscribe(() => void heard.push('second'), {sampleEvery: 2})
    fail()
    fail()
    undo()
    fail()
    expect(heard).toEqual(['save_failure', 'save_failure', 'second'])
  })

  test('counts a save that joined another also as one that was skipped', () => {
    const {telemetry} = startTelemetry()
    telemetry.record({type: 'save_joined', workspaceId: a, reason: 'explicit', isBackground: true})
    expect(telemetry.counters().events).toEqual({save_joined: 1, save_skip_in_flight: 1})
    expect(telemetry.recent()).toMatchObject([
      {type: 'save_joined', reason: 'explicit'},
      {type: 'save_skip_in_flight', workspaceId: 'a', reason: 'explicit', isBackground: true},
    ])
  })

  test('the course of things has a point for each stretch in which something happened, with the worst risk in it', () => {
    const {telemetry, clock, stands, save, fail} = startTelemetry()
    stands.editsAtRisk = 7
    save()
    clock.nowMs += 2_000
    stands.editsAtRisk = 2
    fail()
    clock.nowMs += 10_000
    stands.runtimes = 3
    save(a, true)
    const {stepMs, points} = telemetry.series()
    expect(stepMs).toBe(5_000)
    expect(points).toMatchObject([
      {atMs: 1_000_000, activeSaves: 1, backgroundSaves: 0, failures: 1, editsAtRisk: 7, runtimes: 1},
      {atMs: 1_010_000, activeSaves: 0, backgroundSaves: 1, failures: 0, editsAtRisk: 2, runtimes: 3},
    ])
  })

  test('stays bounded: points become coarser, workspaces saved long ago are counted together, no count is lost', () => {
    const {telemetry, clock, save} = startTelemetry({capacity: 10})
    for (let index = 0; index < 3_000; index++) {
      clock.nowMs += 5_000
      save(workspaceId(`w${index}`))
    }
    const {points, stepMs} = telemetry.series()
    expect(points.length).toBeLessThanOrEqual(360)
    expect(stepMs).toBeGreaterThan(5_000)
    expect(points.reduce((sum, {activeSaves}) => sum + activeSaves, 0)).toBe(3_000)
    const {workspaces, otherWorkspaces} = telemetry.counters()
    expect([Object.keys(workspaces).length, otherWorkspaces.active]).toEqual([200, 2_800])
    expect(telemetry.recent()).toHaveLength(10)
  })
})
