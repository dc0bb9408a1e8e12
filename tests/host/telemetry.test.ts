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
