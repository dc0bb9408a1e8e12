import {act} from '@testing-library/react'
import {Suspense} from 'react'
import {hydrateRoot} from 'react-dom/client'
import {renderToString} from 'react-dom/server'
import {expect, test} from 'vitest'
import {KeepspaceProvider, SaveStatusBadge, useComponentState, WorkspaceProvider} from '../../src/react.ts'
import {note} from '../support/definitions.ts'
import {pass} from '../support/render.tsx'
import {startOverStored} from '../support/start-over-stored.ts'

function Text({suspense = false}: {readonly suspense?: boolean}) {
  const [state] = useComponentState(note, 'n1', {suspense})
  return <p>{state?.text ?? 'no state'}</p>
}

test('a page made on a server is taken over without a mismatch, then shows what is stored', async () => {
  const started = await startOverStored()
  const app = (
    <KeepspaceProvider keepspace={started.keepspace} time={started.time}>
      <WorkspaceProvider id="a">
        <SaveStatusBadge />
        <Text />
      </WorkspaceProvider>
    </KeepspaceProvider>
  )
  const container = document.createElement('div')
  container.innerHTML = renderToString(app)
  expect(container.textContent).toBe('Loading…no state')
  started.keepspace.open('a')
  await started.time.settle()
  const problems: unknown[] = []
  await act(async () => {
    const root = hydrateRoot(container, app, {onRecoverableError: (error) => problems.push(error)})
    await started.time.settle()
    return root
  })
  expect(container.textContent).toBe('Saved on this devicestored a')
  expect(problems).toEqual([])
})

test('a fallback made on a server is replaced once the workspace is loaded in the browser', async () => {
  const started = await startOverStored()
  const load = started.faults.delay('read')
  const app = (
    <KeepspaceProvider keepspace={started.keepspace} time={started.time}>
      <WorkspaceProvider id="a">
        <Suspense fallback="wait">
          <Text suspense />
        </Suspense>
      </WorkspaceProvider>
    </KeepspaceProvider>
  )
  const container = document.createElement('div')
  // What React sends for a boundary whose content threw on the server.
  container.innerHTML = '<!--$!--><template></template>wait<!--/$-->'
  await act(async () => {
    hydrateRoot(container, app, {onRecoverableError: () => {}})
  })
  expect(container.textContent).toBe('wait')
  load.release()
  await pass(started)
  expect(container.textContent).toBe('stored a')
})
