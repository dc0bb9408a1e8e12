import {createInspector} from '@statelyai/inspect'
import {describe, expect, test, vi} from 'vitest'
import type {InspectionEvent} from 'xstate'
import {engineOf} from '../../src/host/engines.ts'
import {listenToCharts} from '../../src/inspector/listening.ts'
import type {InspectionEntry} from '../../src/model/inspection.ts'
import {project} from '../../src/model/projection.ts'
import {note} from '../support/definitions.ts'
import {catchHostErrors} from '../support/host-errors.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'
import {liveBusily, SECRET} from './support/busy-life.ts'

/** What XState says itself, in one line each, at the moment itself. */
function watchSynchronously() {
  const lines: string[] = []
  const inspect = (event: InspectionEvent) => {
    const {sessionId} = event.actorRef
    if (event.type === '@xstate.actor') {
      lines.push(`${event.type} ${sessionId}`)
    } else if (event.type === '@xstate.event') {
      lines.push(`${event.type} ${sessionId} ${event.event.type}`)
    } else if (event.type === '@xstate.snapshot') {
      const value = 'value' in event.snapshot ? JSON.stringify(event.snapshot.value) : ''
      lines.push(`${event.type} ${sessionId} ${event.event.type} ${event.snapshot.status} ${value}`)
    }
  }
  return {lines, inspect}
}

describe('who listens', () => {
  test('is told how everything is, then everything that happens, in order', async () => {
    const {keepspace, component, time} = await startWithNote()
    const entries: InspectionEntry[] = []
    const stop = listenToCharts(keepspace, (entry) => entries.push(entry))
    const names = () => entries.flatMap((entry) => (entry.type === 'actor' ? [entry.actor.systemId] : []))
    expect(names()).toEqual(
      expect.arrayContaining(['keepspace', 'keepspace.writer', 'keepspace.eviction', 'keepspace.ws.a']),
    )
    expect(new Set(names()).size).toBe(names().length)
    const before = entries.length
    component.set({text: 'x'})
    await time.advanceAsync(1_000)
    stop()
    const after = entries.slice(before)
    const states = after.flatMap((entry) =>
      entry.type === 'snapshot' && sessionOf(entries, 'keepspace.ws.a') === entry.sessionId
        ? [JSON.stringify(entry.snapshot.value)]
        : [],
    )
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
      '{"hot":{"dirty":"settling"}}',
      '{"hot":"saving"}',
      '{"hot":"clean"}',
    ])
    expect(names()).toContain('keepspace.ws.a.save')
    expect(names()).toContain('keepspace.writer.commit')
    expect(after.flatMap((entry) => (entry.type === 'fact' ? [entry.fact.type] : []))).toContain('save_success')
  })

  test('every chart that runs has a system id', async () => {
    const {keepspace} = await startWithNote()
    const {root} = engineOf(keepspace).system
    listenToCharts(keepspace, (entry) => {
      if (entry.type === 'actor' && entry.actor.chart !== undefined) {
        expect(root.system.get(entry.actor.systemId as never)).toMatchObject({sessionId: entry.actor.sessionId})
      }
    })
    expect.assertions(9)
  })

  test('is told a name of its own for everything that runs, also for what charts invoke by themselves', async () => {
    const running = new Map<string, string>()
    const names = new Set<string>()
    const twice: string[] = []
    const {events} = await liveBusily({}, (keepspace) => {
      listenToCharts(keepspace, (entry) => {
        if (entry.type === 'actor') {
          const {systemId, sessionId} = entry.actor
          if (running.has(systemId)) {
            twice.push(systemId)
          }
          running.set(systemId, sessionId)
          names.add(systemId)
        }
        const isOver =
          (entry.type === 'snapshot' && entry.snapshot.status !== 'active') ||
          (entry.type === 'event' && entry.event.type === 'xstate.stop')
        if (isOver) {
          running.delete([...running].find(([, sessionId]) => sessionId === entry.sessionId)?.[0] ?? '')
        }
      })
    })
    expect(events.map(({type}) => type)).toContain('workspace_runtime_evicted')
    expect(twice).toEqual([])
    expect([...names]).toEqual(
      expect.arrayContaining([
        'keepspace.ws.a.load',
        'keepspace.ws.a.save',
        'keepspace.ws.a.release',
        'keepspace.ws.a.lease.lock',
        'keepspace.writer.commit',
      ]),
    )
  })

  test('cannot break the charts', async () => {
    const {keepspace, component, time} = await startWithNote()
    const reported = catchHostErrors()
    listenToCharts(keepspace, () => {
      throw new Error('a fault of the inspector')
    })
    component.set({text: 'saved all the same'})
    await time.advanceAsync(1_000)
    expect(keepspace.getStatus('a').save).toBe('saved')
    expect(reported).toContainEqual(new Error('a fault of the inspector'))
  })
})

test('while nobody listens nothing is looked at, before and after', async () => {
  const {keepspace, time} = await startWithNote({inspect: undefined})
  const {system} = engineOf(keepspace)
  let looks = 0
  const touch = async () => {
    looks = 0
    system.writer.send({
      type: 'retry.requested',
      get looked() {
        looks += 1
        return looks
      },
    } as never)
    keepspace
      .workspace('a')
      .component(note, 'n1')
      .set({text: String(looks)})
    await time.advanceAsync(1_000)
    return looks
  }
  const subscribe = vi.spyOn(system.root.system, 'inspect')
  expect(await touch()).toBe(0)
  const stop = listenToCharts(keepspace, () => undefined)
  expect(subscribe).toHaveBeenCalledTimes(1)
  expect(await touch()).toBeGreaterThan(0)
  stop()
  expect(await touch()).toBe(0)
})

describe('what a person wrote', () => {
  test('is in nothing that is told, whatever happens', async () => {
    const told: unknown[] = []
    const {wasConflict, events} = await liveBusily({}, (keepspace) => {
      listenToCharts(keepspace, (entry) => told.push(entry))
    })
    expect(wasConflict).toBe(true)
    const types = new Set(events.map(({type}) => type))
    expect([...types]).toEqual(expect.arrayContaining(['save_failure', 'workspace_runtime_evicted']))
    const text = JSON.stringify(told)
    expect(text).toContain('"errorCode":"storage.unavailable"')
    expect(text).not.toContain(SECRET)
  })

  test('is shown when content is asked for, so the test above can fail', async () => {
    const told: unknown[] = []
    await liveBusily({}, (keepspace) => {
      listenToCharts(keepspace, (entry) => told.push(entry), {content: true})
    })
    expect(JSON.stringify(told)).toContain(SECRET)
  })

  test('is masked in texts, names of properties, errors, maps and sets', () => {
    const value = {
      workspaceId: 'a',
      title: SECRET,
      [`${SECRET} as a name`]: 1,
      error: new Error(SECRET),
      map: new Map([['k', SECRET]]),
      set: new Set([SECRET]),
      at: new Date(5),
      size: 12,
      run: () => SECRET,
      nothing: undefined,
    }
    expect(project(value)).toEqual({
      workspaceId: 'a',
      title: {characters: SECRET.length},
      [`${SECRET.length + 10} characters`]: 1,
      error: {errorCode: 'usage'},
      map: [[{characters: 1}, {characters: SECRET.length}]],
      set: [{characters: SECRET.length}],
      at: 5,
      size: 12,
    })
    expect(project(value, {content: true})).toMatchObject({title: SECRET, map: [['k', SECRET]], set: [SECRET]})
  })
})

describe('the inspector of Stately, given to createKeepspace', () => {
  test('is told every actor, event and snapshot as it was at that moment, in order, and no content', async () => {
    const received: string[] = []
    const sent: unknown[] = []
    const inspector = createInspector({
      send: (event) => {
        sent.push(event)
        const {type, sessionId} = event
        if (type === '@xstate.actor') {
          received.push(`${type} ${sessionId}`)
        } else if (type === '@xstate.event') {
          received.push(`${type} ${sessionId} ${event.event.type}`)
        } else {
          const {status, value} = event.snapshot as {status?: string; value?: unknown}
          received.push(
            `${type} ${sessionId} ${event.event.type} ${status} ${value === undefined ? '' : JSON.stringify(value)}`,
          )
        }
      },
    })
    const watch = watchSynchronously()
    const {keepspace, time} = await liveBusily({inspect: inspector.inspect}, (begun) => {
      engineOf(begun).system.root.system.inspect(watch.inspect)
    })
    await finish(time, keepspace.dispose())
    expect(watch.lines.length).toBeGreaterThan(200)
    await vi.waitFor(() => expect(missingInOrder(watch.lines, received)).toEqual([]))
    expect(JSON.stringify(sent)).not.toContain(SECRET)
  })

  test('is shown an actor as it was when it was made', async () => {
    const statuses: unknown[] = []
    const inspector = createInspector({
      send: (event) => event.type === '@xstate.actor' && statuses.push(event.snapshot),
    })
    const {component, time} = await startWithNote({inspect: inspector.inspect})
    component.set({text: 'x'})
    await time.advanceAsync(1_000)
    await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(10))
    expect(new Set(statuses.map((status) => JSON.stringify(status)))).toEqual(new Set(['{"status":"active"}']))
  })

  test('sees the states a chart only passes through', async () => {
    const values: unknown[] = []
    const inspector = createInspector({
      send: (event) => event.type === '@xstate.snapshot' && values.push((event.snapshot as {value?: unknown}).value),
    })
    const {component, time} = await startWithNote({inspect: inspector.inspect})
    component.set({text: 'x'})
    await time.advanceAsync(1_000)
    await vi.waitFor(() => expect(values).toContainEqual({hot: 'deciding'}))
  })
})

/** Lines that do not come in this order. */
function missingInOrder(expected: readonly string[], received: readonly string[]): readonly string[] {
  let from = 0
  return expected.filter((line) => {
    const found = received.indexOf(line, from)
    from = found < 0 ? from : found + 1
    return found < 0
  })
}

function sessionOf(entries: readonly InspectionEntry[], systemId: string): string | undefined {
  for (const entry of entries) {
    if (entry.type === 'actor' && entry.actor.systemId === systemId) {
      return entry.actor.sessionId
    }
  }
  return undefined
}
