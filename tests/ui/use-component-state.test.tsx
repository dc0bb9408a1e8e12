import {act, fireEvent, screen} from '@testing-library/react'
import {memo, version} from 'react'
import {version as domVersion} from 'react-dom'
import {describe, expect, inject, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {useComponentState, useWorkspace, WorkspaceProvider} from '../../src/react.ts'
import {note, timer} from '../support/definitions.ts'
import {pass, renderIn, renderInWorkspace, takeComplaints} from '../support/render.tsx'
import {startOverStored} from '../support/start-over-stored.ts'

test('the tests run with the React of their project', () => {
  expect([version, domVersion].map((text) => text.split('.')[0])).toEqual([inject('reactMajor'), inject('reactMajor')])
})

function Note({id = 'n1'}: {readonly id?: string}) {
  const [state, set, info] = useComponentState(note, id)
  return (
    <label>
      {`${id} ${info?.status ?? 'unknown'}`}
      <input disabled={!state} value={state?.text ?? ''} onChange={(event) => set({text: event.target.value})} />
    </label>
  )
}

const field = () => screen.getByRole<HTMLInputElement>('textbox')

const type = (text: string) => fireEvent.change(field(), {target: {value: text}})

describe(useComponentState.name, () => {
  test('there is no state until the workspace is loaded, then the stored one shows', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    const states: unknown[] = []
    const Watch = () => {
      states.push(useComponentState(note, 'n1')[0])
      return null
    }
    renderInWorkspace(started, <Watch />)
    await pass(started, 5_000)
    expect(new Set(states)).toEqual(new Set([undefined]))
    load.release()
    await pass(started)
    expect(states.at(-1)).toEqual({text: 'stored a'})
    expect(started.log.commits).toEqual([])
  })

  test('typing shows in the same event and is stored', async () => {
    const started = await startOverStored()
    renderInWorkspace(started, <Note />)
    await pass(started)
    expect(field().value).toBe('stored a')
    type('typed')
    expect(field().value).toBe('typed')
    await pass(started, 1_000)
    expect(await storedText(started)).toBe('typed')
  })

  test('what was typed just before unmounting is stored', async () => {
    const started = await startOverStored()
    const {unmount} = renderInWorkspace(started, <Note />)
    await pass(started)
    type('last words')
    unmount()
    await pass(started, 1_000)
    expect(await storedText(started)).toBe('last words')
  })

  test('a change made before the load is finished is merged into what is loaded', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    let setNote: ReturnType<typeof useComponentState<'note', {text: string}>>[1] | undefined
    const Grab = () => {
      const [state, set] = useComponentState(note, 'n1')
      setNote = set
      return <p>{state?.text}</p>
    }
    renderInWorkspace(started, <Grab />)
    await pass(started)
    act(() => setNote?.(({text}) => ({text: `${text} and more`})))
    load.release()
    await pass(started)
    expect(screen.getByText('stored a and more')).toBeTruthy()
  })

  test('the setter stays the same function', async () => {
    const started = await startOverStored()
    const setters = new Set<unknown>()
    const Watch = () => {
      setters.add(useComponentState(note, 'n1')[1])
      return <Note />
    }
    const {rerender} = renderInWorkspace(started, <Watch />)
    const mounted = [...setters].at(-1)
    setters.clear()
    await pass(started)
    type('again')
    rerender(<Watch />)
    expect([...setters]).toEqual([mounted])
  })

  test('a change renders only the views of its own component', async () => {
    const started = await startOverStored()
    const renders: string[] = []
    const CountedNote = memo(function CountedNote() {
      renders.push('n1')
      useComponentState(note, 'n1')
      return <Note />
    })
    const CountedTimer = memo(function CountedTimer() {
      renders.push('t1')
      useComponentState(timer, 't1')
      return null
    })
    const Canvas = memo(function Canvas() {
      renders.push('canvas')
      return (
        <>
          <CountedNote />
          <CountedTimer />
        </>
      )
    })
    renderInWorkspace(started, <Canvas />)
    await pass(started)
    renders.length = 0
    type('x')
    await pass(started, 2_000)
    // StrictMode renders everything twice.
    expect(renders).toEqual(['n1', 'n1'])
  })

  test('a view stays connected while its workspace leaves memory and comes back', async () => {
    const started = await startOverStored()
    const view = (isVisible: boolean) => (
      <WorkspaceProvider id="a" isVisible={isVisible}>
        <Note />
      </WorkspaceProvider>
    )
    const {rerender} = renderIn(started, view(true))
    await pass(started)
    type('edited')
    rerender(view(false))
    let outcome: unknown
    await act(async () => {
      const unloading = started.keepspace.unload('a')
      await started.time.advanceAsync(1_000)
      outcome = await unloading
    })
    expect(outcome).toEqual({status: 'released'})
    expect(field().disabled).toBe(true)
    rerender(view(true))
    await pass(started)
    expect(field().value).toBe('edited')
  })

  test('a component of another type under the same id is neither read nor changed', async () => {
    const started = await startOverStored()
    let setWrong: ((change: {seconds: number}) => void) | undefined
    const Wrong = () => {
      const [state, set] = useComponentState(timer, 'n1')
      setWrong = set
      return <p>{state === undefined ? 'nothing' : 'something'}</p>
    }
    renderInWorkspace(started, <Wrong />)
    await pass(started)
    expect(screen.getByText('nothing')).toBeTruthy()
    expect(() => setWrong?.({seconds: 1})).toThrow(KeepspaceError)
    expect(started.keepspace.workspace('a').component(note, 'n1').getState()).toEqual({text: 'stored a'})
  })

  test('without a provider it says what is missing', async () => {
    const started = await startOverStored()
    expect(() => renderIn(started, <Note />)).toThrow(
      expect.objectContaining({
        code: 'usage',
        detail: 'there is no WorkspaceProvider above this component, and no workspace id given',
      }),
    )
    takeComplaints()
  })

  test('another workspace than the provided one is opened, and not marked as seen', async () => {
    const started = await startOverStored(['a', 'b'])
    const Other = () => <p>{useComponentState(note, 'n1', {workspaceId: 'b'})[0]?.text}</p>
    renderInWorkspace(started, <Other />)
    await pass(started)
    expect(screen.getByText('stored b')).toBeTruthy()
    expect(started.keepspace.getStatus('b')).toMatchObject({phase: 'hot', isVisible: false})
  })
})

describe(useWorkspace.name, () => {
  test('gives handle, status and components, and does not render for a state', async () => {
    const started = await startOverStored()
    const seen: string[] = []
    const Watch = () => {
      const {workspace, status, components} = useWorkspace()
      seen.push(`${workspace.id} ${status.phase} ${components.map(({id}) => id).join()}`)
      return null
    }
    renderInWorkspace(started, <Watch />)
    await pass(started)
    expect([seen[0], seen.at(-1)]).toEqual(['a cold ', 'a hot n1,t1'])
    seen.length = 0
    act(() => started.keepspace.workspace('a').component(note, 'n1').set({text: 'x'}, {transient: true}))
    expect(seen).toEqual([])
    act(() => started.keepspace.workspace('a').remove('t1'))
    expect(seen.at(-1)).toBe('a hot n1')
    await pass(started, 1_000)
  })
})

async function storedText({again, time}: Awaited<ReturnType<typeof startOverStored>>): Promise<string | undefined> {
  const second = await again()
  second.open('a')
  await time.settle()
  return second.workspace('a').component(note, 'n1').getState()?.text
}
