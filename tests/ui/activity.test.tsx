import {fireEvent, screen} from '@testing-library/react'
import * as React from 'react'
import {useState} from 'react'
import {describe, expect, test} from 'vitest'
import {useComponentState, useThrottledComponentState, WorkspaceProvider} from '../../src/react.ts'
import {note, timer} from '../support/definitions.ts'
import {pass, renderIn} from '../support/render.tsx'
import {startOverStored} from '../support/start-over-stored.ts'

function Note() {
  const [state, set] = useComponentState(note, 'n1')
  return <input aria-label="note" value={state?.text ?? ''} onChange={(event) => set({text: event.target.value})} />
}

function OwnTimer() {
  const [own, setOwn] = useState({seconds: 600, isTicking: false})
  useThrottledComponentState(timer, 't1', own, {onRestore: setOwn})
  return (
    <button type="button" onClick={() => setOwn({...own, seconds: own.seconds - 1})}>
      {own.seconds}
    </button>
  )
}

// React 18 has no Activity.
describe.runIf('Activity' in React)('hidden by Activity (React 19.2 and newer)', () => {
  const view = (mode: 'visible' | 'hidden') => (
    <React.Activity mode={mode}>
      <WorkspaceProvider id="a">
        <Note />
        <OwnTimer />
      </WorkspaceProvider>
    </React.Activity>
  )

  test('a workspace is hidden with it and shown with it, and stays in memory', async () => {
    const started = await startOverStored()
    const {rerender} = renderIn(started, view('visible'))
    await pass(started)
    expect(started.keepspace.getStatus('a')).toMatchObject({phase: 'hot', isVisible: true})
    rerender(view('hidden'))
    await pass(started, 5_000)
    expect(started.keepspace.getStatus('a')).toMatchObject({phase: 'hot', isVisible: false})
    rerender(view('visible'))
    expect(started.keepspace.getStatus('a')).toMatchObject({phase: 'hot', isVisible: true})
    expect(started.log.commits).toEqual([])
    await pass(started)
  })

  test('what was edited just before hiding is stored, and what changed meanwhile shows', async () => {
    const started = await startOverStored()
    const {rerender} = renderIn(started, view('visible'))
    await pass(started)
    fireEvent.change(screen.getByLabelText('note'), {target: {value: 'typed'}})
    fireEvent.click(screen.getByText('180'))
    rerender(view('hidden'))
    await pass(started, 5_000)
    const workspace = started.keepspace.workspace('a')
    expect(workspace.component(note, 'n1').getState()).toEqual({text: 'typed'})
    expect(workspace.component(timer, 't1').getState()?.seconds).toBe(179)
    expect(started.keepspace.getStatus('a').save).toBe('saved')

    workspace.component(note, 'n1').set({text: 'changed meanwhile'})
    workspace.component(timer, 't1').set({seconds: 42})
    rerender(view('visible'))
    await pass(started, 5_000)
    expect(screen.getByLabelText<HTMLInputElement>('note').value).toBe('changed meanwhile')
    expect(screen.getByText('42')).toBeTruthy()
    expect(workspace.component(timer, 't1').getState()?.seconds).toBe(42)
  })

  test('a view that is hidden from the start marks nothing as seen and stores nothing', async () => {
    const started = await startOverStored()
    renderIn(started, view('hidden'))
    await pass(started, 5_000)
    expect(started.keepspace.getStatus('a')).toMatchObject({phase: 'cold', isVisible: false})
    expect(started.log.commits).toEqual([])
  })
})

test('this React has Activity from 19.2 on', () => {
  const [major = 0, minor = 0] = React.version.split('.').map(Number)
  expect('Activity' in React).toBe(major > 19 || (major === 19 && minor >= 2))
})
