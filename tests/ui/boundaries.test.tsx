import {fireEvent, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {ComponentBoundary, useComponentState, WorkspaceBoundary, WorkspaceProvider} from '../../src/react.ts'
import {note} from '../support/definitions.ts'
import {pass, renderIn, renderInWorkspace, takeComplaints} from '../support/render.tsx'
import {startOverStored} from '../support/start-over-stored.ts'

/** Throws for a text that it cannot show. */
function Fragile() {
  const [state, set] = useComponentState(note, 'n1')
  if (state?.text === 'bad') {
    throw new Error('cannot show it')
  }
  return (
    <button type="button" onClick={() => set({text: 'bad'})}>
      {state?.text ?? 'loading'}
    </button>
  )
}

describe(ComponentBoundary.name, () => {
  test('keeps what a component throws from its siblings, and shows it again on reset', async () => {
    const started = await startOverStored()
    const errors: string[] = []
    renderInWorkspace(
      started,
      <>
        <ComponentBoundary onError={(error) => errors.push((error as Error).message)}>
          <Fragile />
        </ComponentBoundary>
        <p>sibling</p>
      </>,
    )
    await pass(started)
    fireEvent.click(screen.getByText('stored a'))
    expect(errors).toEqual(['cannot show it'])
    expect(screen.getByRole('alert').textContent).toBe('This part could not be shown. Its content is safe.Try again')
    expect(screen.getByText('sibling')).toBeTruthy()
    started.keepspace.workspace('a').component(note, 'n1').set({text: 'good'})
    fireEvent.click(screen.getByText('Try again'))
    expect(screen.getByText('good')).toBeTruthy()
    await pass(started, 1_000)
    takeComplaints()
  })

  test.each([
    ['nothing', null, ''],
    ['what was given', <i key="i">broken</i>, 'broken'],
    ['what a function makes of the error', ({error}: {error: unknown}) => `${error}`, 'Error: cannot show it'],
  ])('shows %s instead, when a fallback says so', async (_, fallback, text) => {
    const started = await startOverStored()
    const {container} = renderInWorkspace(
      started,
      <ComponentBoundary fallback={fallback}>
        <Fragile />
      </ComponentBoundary>,
    )
    await pass(started)
    fireEvent.click(screen.getByText('stored a'))
    expect(container.textContent).toBe(text)
    await pass(started, 1_000)
    takeComplaints()
  })
})

describe(WorkspaceBoundary.name, () => {
  test('another workspace is shown without the failure of the one before', async () => {
    const started = await startOverStored(['a', 'b'])
    const view = (id: string) => (
      <WorkspaceProvider id={id}>
        <WorkspaceBoundary>
          <Fragile />
        </WorkspaceBoundary>
      </WorkspaceProvider>
    )
    const {rerender} = renderIn(started, view('a'))
    await pass(started)
    fireEvent.click(screen.getByText('stored a'))
    expect(screen.getByRole('alert')).toBeTruthy()
    rerender(view('b'))
    await pass(started, 1_000)
    expect(screen.getByText('stored b')).toBeTruthy()
    takeComplaints()
  })
})
