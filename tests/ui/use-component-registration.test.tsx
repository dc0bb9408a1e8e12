import {act, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {ComponentBoundary, type ComponentRegistration, useComponentRegistration} from '../../src/react.ts'
import {note, timer} from '../support/definitions.ts'
import {pass, renderIn, renderInWorkspace, takeComplaints} from '../support/render.tsx'
import {startOverStored} from '../support/start-over-stored.ts'

function RegisteredNote(props: ComponentRegistration<{text: string}>) {
  const info = useComponentRegistration(note, props)
  return <p>{info ? `${info.id} ${info.type} ${info.isActive}` : 'nothing'}</p>
}

function RegisteredTimer({id}: {readonly id: string}) {
  useComponentRegistration(timer, {id})
  return <p>timer</p>
}

const boundary = (child: React.ReactNode) => (
  <ComponentBoundary fallback={({error}) => <p>{detailOf(error)}</p>}>{child}</ComponentBoundary>
)

describe(useComponentRegistration.name, () => {
  test('adds a new component once, with its layout, state and mark, when the workspace is loaded', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    renderInWorkspace(started, <RegisteredNote id="new" layout={{x: 7, z: 3}} state={{text: 'hello'}} isActive />)
    await pass(started, 1_000)
    expect(started.keepspace.getStatus('a').save).toBe('saved')
    expect(screen.getByText('nothing')).toBeTruthy()
    load.release()
    await pass(started, 1_000)
    expect(screen.getByText('new note true')).toBeTruthy()
    const second = await reloaded(started)
    expect(second.component(note, 'new').getState()).toEqual({text: 'hello'})
    expect(second.component(note, 'new').getInfo()).toMatchObject({layout: {x: 7, z: 3}, isActive: true})
  })

  test('leaves what is stored as it is', async () => {
    const started = await startOverStored()
    renderInWorkspace(started, <RegisteredNote id="n1" layout={{x: 700}} state={{text: 'default'}} isActive />)
    await pass(started, 5_000)
    expect(screen.getByText('n1 note false')).toBeTruthy()
    expect(started.log.commits).toEqual([])
  })

  test('deletes nothing when it unmounts', async () => {
    const started = await startOverStored()
    const {unmount} = renderInWorkspace(started, <RegisteredNote id="n1" />)
    await pass(started, 1_000)
    unmount()
    await pass(started, 5_000)
    expect(started.log.commits).toEqual([])
    expect((await reloaded(started)).component(note, 'n1').getState()).toEqual({text: 'stored a'})
  })

  test('a component that was deleted stays deleted, also for one that mounts afterwards', async () => {
    const started = await startOverStored()
    const {unmount} = renderInWorkspace(started, <RegisteredNote id="n1" />)
    await pass(started)
    act(() => started.keepspace.workspace('a').remove('n1'))
    expect(screen.getByText('nothing')).toBeTruthy()
    await pass(started, 1_000)
    unmount()
    renderInWorkspace(started, <RegisteredNote id="n1" isActive />)
    await pass(started, 1_000)
    expect(screen.getByText('nothing')).toBeTruthy()
    expect((await reloaded(started)).getComponents().map(({id}) => id)).toEqual(['t1'])
  })

  test('a later change of isActive is stored, the first value is not', async () => {
    const started = await startOverStored()
    const {rerender} = renderInWorkspace(started, <RegisteredNote id="n1" isActive={false} />)
    await pass(started)
    rerender(<RegisteredNote id="n1" isActive />)
    expect(screen.getByText('n1 note true')).toBeTruthy()
    await pass(started, 1_000)
    expect((await reloaded(started)).component(note, 'n1').getInfo()?.isActive).toBe(true)
  })

  test('a change of isActive while loading is stored after the load', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    const {rerender} = renderInWorkspace(started, <RegisteredNote id="n1" isActive={false} />)
    rerender(<RegisteredNote id="n1" isActive />)
    await pass(started, 1_000)
    load.release()
    await pass(started, 1_000)
    expect(screen.getByText('n1 note true')).toBeTruthy()
  })

  test('two views of one component are fine', async () => {
    const started = await startOverStored()
    renderInWorkspace(
      started,
      <>
        <RegisteredNote id="n1" />
        <RegisteredNote id="n1" />
      </>,
    )
    await pass(started)
    expect(screen.getAllByText('n1 note false')).toHaveLength(2)
  })

  test('an id that two mounted types use at the same time is refused', async () => {
    const started = await startOverStored()
    started.faults.delay('read')
    renderInWorkspace(
      started,
      <>
        {boundary(<RegisteredNote id="x" />)}
        {boundary(<RegisteredTimer id="x" />)}
      </>,
    )
    expect(screen.getByText('component.duplicate x is mounted as note and as timer')).toBeTruthy()
    takeComplaints()
  })

  test('an id may go from one type to another when the first view is gone', async () => {
    const started = await startOverStored()
    started.faults.delay('read')
    const {rerender} = renderInWorkspace(started, boundary(<RegisteredNote id="x" />))
    rerender(boundary(<RegisteredTimer id="x" />))
    expect(screen.getByText('timer')).toBeTruthy()
  })

  test('an id that is stored with another type is refused, and its siblings stay', async () => {
    const started = await startOverStored()
    renderInWorkspace(
      started,
      <>
        {boundary(<RegisteredTimer id="n1" />)}
        {boundary(<RegisteredNote id="n2" />)}
      </>,
    )
    await pass(started)
    expect(screen.getByText('component.duplicate n1 is a note, not a timer')).toBeTruthy()
    expect(screen.getByText('n2 note false')).toBeTruthy()
    takeComplaints()
  })

  test('without a workspace provider it says what is missing', async () => {
    const started = await startOverStored()
    renderIn(started, boundary(<RegisteredNote id="n1" />))
    expect(screen.getByText(/^usage there is no WorkspaceProvider/)).toBeTruthy()
    takeComplaints()
  })
})

async function reloaded({again, time}: Awaited<ReturnType<typeof startOverStored>>) {
  const second = await again()
  const workspace = second.open('a')
  await time.settle()
  return workspace
}

function detailOf(error: unknown): string {
  return error instanceof KeepspaceError ? `${error.code} ${error.detail}` : String(error)
}
