import {act, type ReactElement, useState} from 'react'
import {createRoot} from 'react-dom/client'
import {afterEach, describe, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import {faultyStorage} from '../../src/testing/faulty-storage.ts'
import {createSimulatedTime, type SimulatedTime} from '../../src/testing/simulated-time.ts'
import {KeepspaceProvider} from '../../src/ui/keepspace-provider.tsx'
import {useComponentRegistration} from '../../src/ui/use-component-registration.ts'
import {useThrottledComponentState} from '../../src/ui/use-throttled-component-state.ts'
import {WorkspaceProvider} from '../../src/ui/workspace-provider.tsx'
import {timer} from '../support/definitions.ts'
import {finish} from '../support/start-keepspace.ts'

declare global {
  // React reads it to know that updates are wrapped in `act`.
  var IS_REACT_ACT_ENVIRONMENT: boolean
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true

const opened: Keepspace[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((keepspace) => keepspace.purge()))
})

/** Owns its state and mounts with 05:00, as components do that know nothing of a store. */
function Timer(): ReactElement {
  const [value, setValue] = useState({seconds: 300, isTicking: false})
  useComponentRegistration(timer, {id: 't', state: value})
  useThrottledComponentState(timer, 't', value, {onRestore: setValue})
  return <output>{value.seconds}</output>
}

describe('a component that mounts with its default while its stored 03:00 is still being read', () => {
  test('shows 03:00 after a load of five seconds, and nothing was written meanwhile or afterwards', async () => {
    const {keepspace, time, storage} = await reloadedAt(180)
    const held = storage.faults.delay('read')
    const screen = show(keepspace, time)
    await act(() => time.advanceAsync(5_000))
    expect(keepspace.getStatus('a')).toMatchObject({phase: 'loading', isSlow: true})
    expect(storage.log.commits).toEqual([])

    held.release()
    await act(async () => void (await keepspace.whenReady('a')))
    await act(() => time.advanceAsync(10_000))
    expect(screen.textContent).toBe('180')
    expect(keepspace.workspace('a').component(timer, 't').getState()).toEqual({seconds: 180, isTicking: false})
    expect(storage.log.commits).toEqual([])
  })

  test('writes nothing while the load fails, and shows 03:00 after a retry', async () => {
    const {keepspace, time, storage} = await reloadedAt(180)
    storage.faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'), Number.POSITIVE_INFINITY)
    const screen = show(keepspace, time)
    await act(() => time.advanceAsync(60_000))
    expect(keepspace.getStatus('a').phase).toBe('loadFailed')
    expect(storage.log.commits).toEqual([])

    storage.faults.clear()
    await act(async () => {
      keepspace.workspace('a').retryLoad()
      await keepspace.whenReady('a')
    })
    await act(() => time.advanceAsync(10_000))
    expect(screen.textContent).toBe('180')
    expect(storage.log.commits).toEqual([])
  })
})

/** A new page over real IndexedDB in which the timer of workspace `a` was saved. */
async function reloadedAt(seconds: number) {
  const name = `slow-load-${crypto.randomUUID()}`
  const first = start(name)
  first.keepspace.open('a', {create: {title: 'A'}})
  await finish(first.time, first.keepspace.whenReady('a'))
  first.keepspace.workspace('a').add(timer, {id: 't', state: {seconds}})
  const outcome = await finish(first.time, first.keepspace.persist('a', 'explicit'))
  expect(outcome.status).toBe('saved')
  await finish(first.time, first.keepspace.dispose())

  const second = start(name)
  opened.push(second.keepspace)
  await second.keepspace.whenStarted()
  return second
}

function start(name: string) {
  const time = createSimulatedTime(1_000_000)
  const storage = faultyStorage(localforageStorage({name}))
  // No moment is quiet: what retention notes of its own would be a write of nobody's work.
  const idle = {request: () => () => undefined}
  const keepspace = createKeepspace({namespace: 'test', components: [timer], storage: storage.target, time, idle})
  return {keepspace, time, storage}
}

function show(keepspace: Keepspace, time: SimulatedTime): HTMLElement {
  const place = document.createElement('div')
  act(() =>
    createRoot(place).render(
      <KeepspaceProvider keepspace={keepspace} time={time}>
        <WorkspaceProvider id="a">
          <Timer />
        </WorkspaceProvider>
      </KeepspaceProvider>,
    ),
  )
  return place
}
