import {act, fireEvent, screen} from '@testing-library/react'
import {Suspense} from 'react'
import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {
  useComponentState,
  useKeepspaceSnapshot,
  useWorkspace,
  WorkspaceBoundary,
  WorkspaceProvider,
} from '../../src/react.ts'
import {note} from '../support/definitions.ts'
import {pass, renderIn, takeComplaints} from '../support/render.tsx'
import {startOverStored} from '../support/start-over-stored.ts'

function Text() {
  const [state] = useComponentState(note, 'n1', {suspense: true})
  return <p>{state?.text ?? 'no state'}</p>
}

function Count({id}: {readonly id?: string}) {
  const {components} = useWorkspace(id, {suspense: true})
  return <p>{`${components.length} components`}</p>
}

/** React leaves what is suspended in the document, hidden. */
function shown() {
  const copy = document.body.cloneNode(true) as HTMLElement
  for (const element of copy.querySelectorAll<HTMLElement>('[style]')) {
    if (element.style.display === 'none') {
      element.remove()
    }
  }
  return copy.textContent
}

describe('suspense', () => {
  test('the fallback shows until the workspace is loaded, then everything with its state', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    renderIn(
      started,
      <WorkspaceProvider id="a">
        <Suspense fallback="wait">
          <Text />
          <Count />
        </Suspense>
      </WorkspaceProvider>,
    )
    await pass(started, 5_000)
    expect(shown()).toBe('wait')
    load.release()
    await pass(started)
    expect(shown()).toBe('stored a2 components')
  })

  test('a boundary around the provider works too, although effects wait for it', async () => {
    const started = await startOverStored()
    renderIn(
      started,
      <Suspense fallback="wait">
        <WorkspaceProvider id="a">
          <Text />
        </WorkspaceProvider>
      </Suspense>,
    )
    expect(shown()).toBe('wait')
    await pass(started)
    expect(shown()).toBe('stored a')
    expect(started.keepspace.getStatus('a').isVisible).toBe(true)
  })

  test('waiting for a workspace does not disturb views that are mounted already', async () => {
    const started = await startOverStored()
    const Hot = () => <p>{`hot: ${useKeepspaceSnapshot().hot.join()} `}</p>
    const {rerender} = renderIn(started, <Hot />)
    rerender(
      <>
        <Hot />
        <Suspense fallback="wait">
          <Count id="a" />
        </Suspense>
      </>,
    )
    await pass(started)
    expect(shown()).toBe('hot: a 2 components')
  })

  test('another workspace is opened and waited for', async () => {
    const started = await startOverStored(['a', 'b'])
    renderIn(
      started,
      <Suspense fallback="wait">
        <Count id="b" />
      </Suspense>,
    )
    expect(shown()).toBe('wait')
    await pass(started)
    expect(shown()).toBe('2 components')
  })

  test('a loaded workspace shows without fallback', async () => {
    const started = await startOverStored()
    started.keepspace.open('a')
    await started.time.settle()
    const fallbacks: string[] = []
    const Wait = () => {
      fallbacks.push('wait')
      return null
    }
    renderIn(
      started,
      <WorkspaceProvider id="a">
        <Suspense fallback={<Wait />}>
          <Text />
        </Suspense>
      </WorkspaceProvider>,
    )
    expect(shown()).toBe('stored a')
    expect(fallbacks).toEqual([])
  })

  test('a failed load goes to the boundary of the workspace, and trying again loads again', async () => {
    const started = await startOverStored()
    started.faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'))
    const codes: unknown[] = []
    renderIn(
      started,
      <WorkspaceProvider id="a">
        <WorkspaceBoundary onError={(error) => codes.push((error as KeepspaceError).code)}>
          <Suspense fallback="wait">
            <Text />
          </Suspense>
        </WorkspaceBoundary>
      </WorkspaceProvider>,
    )
    await pass(started)
    expect(screen.getByRole('alert').textContent).toBe(
      'This workspace could not be shown. Nothing of it is overwritten.Try again',
    )
    expect(codes).toEqual(['load.failed'])
    takeComplaints()
    fireEvent.click(screen.getByRole('button'))
    await pass(started)
    expect(shown()).toBe('stored a')
    expect(started.log.commits).toEqual([])
  })

  test('throwOnError false leaves a failed load to the caller', async () => {
    const started = await startOverStored()
    started.faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'))
    const Phase = () => <p>{useWorkspace('a', {suspense: true, throwOnError: false}).status.phase}</p>
    renderIn(
      started,
      <Suspense fallback="wait">
        <Phase />
      </Suspense>,
    )
    await pass(started)
    expect(shown()).toBe('loadFailed')
  })

  test('throwOnError works without suspense', async () => {
    const started = await startOverStored()
    started.faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'))
    const Phase = () => <p>{useWorkspace(undefined, {throwOnError: true}).status.phase}</p>
    renderIn(
      started,
      <WorkspaceProvider id="a">
        <WorkspaceBoundary fallback={({error}) => <p>{(error as KeepspaceError).code}</p>}>
          <Phase />
        </WorkspaceBoundary>
      </WorkspaceProvider>,
    )
    await pass(started)
    expect(shown()).toBe('load.failed')
    takeComplaints()
  })

  test('hidden views of evicted workspaces do not bring them back; a view that becomes visible does', async () => {
    const ids = ['a', 'b', 'c']
    const started = await startOverStored(ids, {cap: 1})
    const views = (visible: string) => (
      <>
        {ids.map((id) => (
          <WorkspaceProvider key={id} id={id} isVisible={id === visible}>
            <Suspense fallback={`wait ${id} `}>
              <Text />
            </Suspense>
          </WorkspaceProvider>
        ))}
      </>
    )
    const {rerender} = renderIn(started, views('a'))
    await pass(started, 5_000)
    expect(shown()).toBe('stored await b wait c ')
    expect(started.keepspace.getSnapshot().hot).toEqual(['a'])
    rerender(views('b'))
    await pass(started, 5_000)
    expect(shown()).toBe('wait a stored bwait c ')
    expect(started.keepspace.getSnapshot().hot).toEqual(['b'])
  })

  test('a view of another workspace that is evicted stays and shows that it is not loaded', async () => {
    const started = await startOverStored(['a', 'b'])
    renderIn(
      started,
      <Suspense fallback="wait">
        <Count id="b" />
      </Suspense>,
    )
    await pass(started)
    await act(async () => {
      void started.keepspace.unload('b')
      await started.time.advanceAsync(1_000)
    })
    expect(shown()).toBe('0 components')
    expect(started.keepspace.getStatus('b').phase).toBe('cold')
  })

  test('a Keepspace that was disposed goes to the error boundary instead of waiting for ever', async () => {
    const started = await startOverStored()
    await started.keepspace.dispose()
    renderIn(
      started,
      <WorkspaceBoundary fallback={({error}) => <p>{(error as KeepspaceError).code}</p>}>
        <Suspense fallback="wait">
          <Count id="a" />
        </Suspense>
      </WorkspaceBoundary>,
    )
    await pass(started)
    expect(shown()).toBe('disposed')
    takeComplaints()
  })
})
