import {act, type RenderOptions, render} from '@testing-library/react'
import {type ReactNode, StrictMode} from 'react'
import {afterEach, beforeEach, expect, vi} from 'vitest'
import type {Keepspace} from '../../src/model/handles.ts'
import {KeepspaceProvider, WorkspaceProvider} from '../../src/react.ts'
import type {SimulatedTime} from '../../src/testing/simulated-time.ts'

/** React says everything that is wrong through here; a test that expects something takes it out. */
const complaints: string[] = []

/** React 18 throws what a component threw once more at the window, where jsdom would print it. */
const swallow = (event: Event) => event.preventDefault()

beforeEach(() => {
  globalThis.window?.addEventListener('error', swallow)
  vi.spyOn(console, 'error').mockImplementation(
    (...parts: unknown[]) => void complaints.push(parts.map(String).join(' ')),
  )
})

/** Every test fails in which React complained: an update outside `act`, a state set while rendering. */
afterEach(() => {
  globalThis.window?.removeEventListener('error', swallow)
  expect(complaints.splice(0)).toEqual([])
})

/** Takes out what React said about errors that a boundary caught. */
export function takeComplaints(): readonly string[] {
  return complaints.splice(0)
}

type Started = {readonly keepspace: Keepspace; readonly time: SimulatedTime}

/** Renders below a provider, in StrictMode, as an app would. */
export function renderIn({keepspace, time}: Started, ui: ReactNode, options: RenderOptions = {}) {
  const wrapped = (children: ReactNode) => (
    <StrictMode>
      <KeepspaceProvider keepspace={keepspace} time={time}>
        {children}
      </KeepspaceProvider>
    </StrictMode>
  )
  const {rerender, ...view} = render(wrapped(ui), options)
  return {...view, rerender: (next: ReactNode) => rerender(wrapped(next))}
}

/** {@link renderIn} inside workspace `a`. */
export function renderInWorkspace(started: Started, ui: ReactNode, options: RenderOptions = {}) {
  const inside = (children: ReactNode) => <WorkspaceProvider id="a">{children}</WorkspaceProvider>
  const {rerender, ...view} = renderIn(started, inside(ui), options)
  return {...view, rerender: (next: ReactNode) => rerender(inside(next))}
}

/** Lets time pass while React listens. */
export async function pass({time}: {readonly time: SimulatedTime}, ms = 0): Promise<void> {
  await act(async () => {
    await time.advanceAsync(ms)
    await time.settle()
  })
}
