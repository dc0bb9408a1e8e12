import {describe, expect, test} from 'vitest'
import {createEvents} from '../../src/host/events.ts'
import {type ComponentId, workspaceId} from '../../src/model/ids.ts'
import {note, timer} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

describe('telemetry', () => {
  test('knows the saves, the eviction and what stands in memory, and no word of content', async () => {
    const {keepspace, time, component} = await startWithNote({}, ['a', 'b'])
    component.set({text: 'TOP SECRET'})
    await time.advanceAsync(2_000)
    keepspace.hide('a')
    await finish(time, keepspace.unload('a'))
    keepspace.open('b')
    await time.advanceAsync(2_000)
    const {counters, recent, series} = keepspace.telemetry.export()
    expect(counters.events).toMatchObject({workspace_runtime_evicted: 1, workspace_tracking_cleaned: 1})
    expect(counters.evictionSuccessRate).toBe(1)
    expect(counters.saveFailureRate).toBe(0)
    expect(recent.map(({type}) => type)).toContain('save_success')
    expect(series.points.at(-1)).toMatchObject({runtimes: 1})
    expect(JSON.stringify(keepspace.telemetry.export())).not.toContain('SECRET')
  })

  test('counts each eviction once, under the name of its cause', async () => {
    const {keepspace, time} = await startWithNote({cap: 2}, ['a', 'b', 'c', 'd'])
    for (const [id, before] of [
      ['b', 'a'],
      ['c', 'b'],
    ] as const) {
      keepspace.activate(id)
      keepspace.hide(before)
      await time.advanceAsync(500)
    }
    keepspace.freeMemory({strength: 'urgent'})
    await time.advanceAsync(500)
    expect(keepspace.getSnapshot().hot).toEqual(['c'])
    const {events} = keepspace.telemetry.counters()
    expect(events).toMatchObject({
      workspace_runtime_evicted: 2,
      runtime_evicted_for_capacity: 1,
      runtime_evicted_memory_pressure: 1,
    })
  })

  test('tells once of each wait that dear saves made longer, and how long it is', async () => {
    const {keepspace, time, component, events, faults} = await startWithNote()
    for (let count = 0; count < 3; count += 1) {
      const slow = faults.delayAnswer('commit')
      component.set({text: `dear ${count}`})
      await time.advanceAsync(1_000)
      await slow.reached
      await time.advanceAsync(400)
      slow.release()
      await time.advanceAsync(100)
    }
    const before = events.length
    for (const text of ['q', 'qu', 'qui']) {
      component.set({text})
      await time.advanceAsync(50)
    }
    const told = events.slice(before).filter(({type}) => type === 'save_skip_cooldown')
    expect(told).toEqual([
      {
        type: 'save_skip_cooldown',
        workspaceId: 'a',
        reason: 'edit',
        isBackground: false,
        durationMs: expect.any(Number),
      },
    ])
    expect(told[0]).toHaveProperty(
      'durationMs',
      expect.toSatisfy((ms: number) => ms > 300 && ms <= 1_000),
    )
    expect(keepspace.telemetry.recent()).toContainEqual(expect.objectContaining({type: 'save_skip_cooldown'}))
    await time.advanceAsync(2_000)
    expect(keepspace.getStatus('a').save).toBe('saved')
  })

  test('tells of no longer wait while saves are cheap, nor for an edit that is saved at once', async () => {
    const {time, component, events, workspace} = await startWithNote({components: [note, timer]})
    component.set({text: 'cheap'})
    await time.advanceAsync(2_000)
    workspace.add(timer, {id: 't'})
    workspace.component(timer, 't').set({isTicking: true})
    await time.advanceAsync(2_000)
    expect(events.map(({type}) => type)).not.toContain('save_skip_cooldown')
  })

  test('that is switched off stays empty, and events are heard all the same', async () => {
    const {keepspace, events, component, time} = await startWithNote({telemetry: false})
    component.set({text: 'x'})
    await time.advanceAsync(2_000)
    expect(keepspace.telemetry.counters().events).toEqual({})
    expect(keepspace.telemetry.recent()).toEqual([])
    expect(events.some(({type}) => type === 'save_success')).toBe(true)
  })

  test('counts what belongs to each edit without making an event, unless somebody listens', async () => {
    const made: unknown[] = []
    const events = createEvents({record: (event) => void made.push(event), count: () => undefined})
    events.note('component_state_immediate_persist', workspaceId('a'), 'c' as ComponentId)
    expect(made).toEqual([])
    const heard: unknown[] = []
    events.on('component_state_immediate_persist', (event) => void heard.push(event))
    events.note('component_state_immediate_persist', workspaceId('a'), 'c' as ComponentId)
    expect(heard).toEqual([{type: 'component_state_immediate_persist', workspaceId: 'a', componentId: 'c'}])

    const {keepspace, time, workspace} = await startWithNote({components: [note, timer]})
    workspace.add(timer, {id: 't'})
    workspace.component(timer, 't').set({isTicking: true})
    await time.advanceAsync(1_000)
    expect(keepspace.telemetry.counters().events.component_state_immediate_persist).toBe(1)
    expect(keepspace.telemetry.recent().map(({type}) => type)).not.toContain('component_state_immediate_persist')
  })
})
