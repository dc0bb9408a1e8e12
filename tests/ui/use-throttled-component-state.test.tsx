import {act, fireEvent, screen} from '@testing-library/react'
import {useState} from 'react'
import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {type ThrottledComponentStateOptions, useThrottledComponentState} from '../../src/react.ts'
import {note, timer} from '../support/definitions.ts'
import {pass, renderInWorkspace} from '../support/render.tsx'
import {startOverStored} from '../support/start-over-stored.ts'

type TimerState = {readonly seconds: number; readonly isTicking: boolean}

/** A component that owns its state, as components are written without Keepspace. */
function OwnTimer({
  restored: restoredStates,
  ...options
}: Omit<ThrottledComponentStateOptions<TimerState>, 'onRestore'> & {readonly restored?: TimerState[]}) {
  const [own, setOwn] = useState<TimerState>({seconds: 600, isTicking: false})
  const {isRestored} = useThrottledComponentState(timer, 't1', own, {
    ...options,
    onRestore(state) {
      restoredStates?.push(state)
      setOwn(state)
    },
  })
  return (
    <>
      <p>{`${own.seconds}${own.isTicking ? ' ticking' : ''}${isRestored ? '' : ' not restored'}`}</p>
      <button type="button" onClick={() => setOwn({...own, seconds: own.seconds - 1})}>
        tick
      </button>
      <button type="button" onClick={() => setOwn({...own, isTicking: !own.isTicking})}>
        start
      </button>
    </>
  )
}

const shown = () => screen.getByText(/^\d/).textContent

const press = (name: string) => fireEvent.click(screen.getByRole('button', {name}))

describe(useThrottledComponentState.name, () => {
  test('a default that is mounted during a slow load is never stored, and the stored state takes over', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    renderInWorkspace(started, <OwnTimer />)
    await pass(started, 5_000)
    expect(shown()).toBe('600 not restored')
    expect(started.keepspace.getStatus('a')).toMatchObject({phase: 'loading', isSlow: true, save: 'saved'})
    load.release()
    await pass(started, 10_000)
    expect(shown()).toBe('180')
    expect(started.log.commits).toEqual([])
    expect(await storedTimer(started)).toEqual({seconds: 180, isTicking: false})
  })

  test('a default is not stored either when the load fails and is tried again', async () => {
    const started = await startOverStored()
    started.faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'), Number.POSITIVE_INFINITY)
    renderInWorkspace(started, <OwnTimer />)
    await pass(started, 5_000)
    expect(shown()).toBe('600 not restored')
    started.faults.clear()
    act(() => started.keepspace.workspace('a').retryLoad())
    await pass(started, 5_000)
    expect(shown()).toBe('180')
    expect(started.log.commits).toEqual([])
  })

  test('the stored state of a loaded workspace is there before the first paint', async () => {
    const started = await startOverStored()
    started.keepspace.open('a')
    await started.time.settle()
    const restored: TimerState[] = []
    renderInWorkspace(started, <OwnTimer restored={restored} />)
    expect(shown()).toBe('180')
    expect(restored).toEqual([{seconds: 180, isTicking: false}])
    await pass(started, 5_000)
    expect(started.log.commits).toEqual([])
  })

  test('two changes inside one throttle window and then quiet: the second one is stored', async () => {
    const started = await startOverStored()
    renderInWorkspace(started, <OwnTimer />)
    await pass(started)
    press('tick')
    await pass(started, 100)
    press('tick')
    press('tick')
    await pass(started, 10_000)
    expect(shown()).toBe('177')
    expect(await storedTimer(started)).toEqual({seconds: 177, isTicking: false})
  })

  test('continuous changes are saved once in each throttle window', async () => {
    const started = await startOverStored()
    renderInWorkspace(started, <OwnTimer />)
    await pass(started)
    for (let count = 0; count < 40; count++) {
      press('tick')
      await pass(started, 100)
    }
    expect(started.log.commits.length).toBe(2)
    await pass(started, 5_000)
    expect(started.log.commits.length).toBe(3)
    expect(await storedTimer(started)).toEqual({seconds: 140, isTicking: false})
  })

  test('a throttle of its own replaces that of the component type', async () => {
    const started = await startOverStored()
    renderInWorkspace(started, <OwnTimer throttleMs={10_000} />)
    await pass(started)
    press('tick')
    await pass(started, 1_000)
    press('tick')
    await pass(started, 8_500)
    expect((await storedTimer(started))?.seconds).toBe(179)
    await pass(started, 1_500)
    expect((await storedTimer(started))?.seconds).toBe(178)
  })

  test.each([
    ['of the component type', undefined, 'start', {seconds: 180, isTicking: true}],
    ['given to the hook', ['seconds'] as const, 'tick', {seconds: 179, isTicking: false}],
  ])('an immediate key %s is saved without waiting', async (_, immediateKeys, button, stored) => {
    const started = await startOverStored()
    renderInWorkspace(started, <OwnTimer {...(immediateKeys && {immediateKeys})} />)
    await pass(started)
    press(button)
    await pass(started, 10)
    expect(await storedTimer(started)).toEqual(stored)
  })

  test('the last change before unmounting is stored, and unmounting itself stores nothing', async () => {
    const started = await startOverStored()
    const {unmount} = renderInWorkspace(started, <OwnTimer />)
    await pass(started)
    press('tick')
    await pass(started, 2_500)
    press('tick')
    press('tick')
    unmount()
    await pass(started, 10_000)
    expect((await storedTimer(started))?.seconds).toBe(177)
  })

  test('an edit made while loading is merged key by key into what is loaded', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    const restored: TimerState[] = []
    renderInWorkspace(started, <OwnTimer restored={restored} />)
    await pass(started)
    press('start')
    expect(shown()).toBe('600 ticking not restored')
    await pass(started, 5_000)
    load.release()
    await pass(started)
    expect(shown()).toBe('180 ticking')
    expect(restored).toEqual([{seconds: 180, isTicking: true}])
    await pass(started, 10)
    expect(await storedTimer(started)).toEqual({seconds: 180, isTicking: true})
  })

  test('an edit made while loading is stored although its component was unmounted before the load was done', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    const {unmount} = renderInWorkspace(started, <OwnTimer />)
    await pass(started)
    press('start')
    unmount()
    await pass(started, 1_000)
    load.release()
    await pass(started, 1_000)
    expect(started.keepspace.workspace('a').component(timer, 't1').getState()?.isTicking).toBe(true)
  })

  test('what running work changes in the store reaches the component and is not published back', async () => {
    const started = await startOverStored()
    renderInWorkspace(started, <OwnTimer />)
    await pass(started)
    press('start')
    await pass(started, 3_000)
    expect(shown()).toBe('177 ticking')
    press('start')
    await pass(started, 3_000)
    expect(shown()).toBe('177')
    expect(await storedTimer(started)).toEqual({seconds: 177, isTicking: false})
  })

  test('another component id starts from its own stored state, and nothing moves from one to the other', async () => {
    const started = await startOverStored()
    const workspace = started.keepspace.open('a')
    await started.time.settle()
    workspace.add(note, {id: 'n2', state: {text: 'second'}})
    const OwnNote = ({id}: {readonly id: string}) => {
      const [text, setText] = useState('default')
      useThrottledComponentState(note, id, {text}, {onRestore: (state) => setText(state.text)})
      return <p>{text}</p>
    }
    const {rerender} = renderInWorkspace(started, <OwnNote id="n1" />)
    expect(screen.getByText('stored a')).toBeTruthy()
    rerender(<OwnNote id="n2" />)
    expect(screen.getByText('second')).toBeTruthy()
    await pass(started, 1_000)
    expect(['n1', 'n2'].map((id) => workspace.component(note, id).getState()?.text)).toEqual(['stored a', 'second'])
  })

  test('without onRestore the stored state is returned', async () => {
    const started = await startOverStored()
    const views: unknown[] = []
    const Watch = () => {
      const view = useThrottledComponentState(timer, 't1', {seconds: 600})
      views.push(view)
      return null
    }
    renderInWorkspace(started, <Watch />)
    await pass(started)
    expect(views[0]).toEqual({restored: undefined, isRestored: false})
    expect(views.at(-1)).toEqual({restored: {seconds: 180, isTicking: false}, isRestored: true})
  })

  test('an own change does not render the component again', async () => {
    const started = await startOverStored()
    const renderedOwn: string[] = []
    const Watch = () => {
      const [own, setOwn] = useState(1)
      useThrottledComponentState(timer, 't1', {seconds: own})
      renderedOwn.push(String(own))
      return (
        <button type="button" onClick={() => setOwn(own + 1)}>
          own
        </button>
      )
    }
    renderInWorkspace(started, <Watch />)
    await pass(started)
    renderedOwn.length = 0
    press('own')
    await pass(started, 5_000)
    // StrictMode renders everything twice.
    expect(renderedOwn).toEqual(['2', '2'])
  })
})

async function storedTimer({
  again,
  time,
}: Awaited<ReturnType<typeof startOverStored>>): Promise<TimerState | undefined> {
  const second = await again()
  second.open('a')
  await time.settle()
  return second.workspace('a').component(timer, 't1').getState()
}
