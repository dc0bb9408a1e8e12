import {act, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {
  useCatalogue,
  useKeepspace,
  useKeepspaceSnapshot,
  useWorkspaceStatus,
  WorkspaceProvider,
} from '../../src/react.ts'
import {note} from '../support/definitions.ts'
import {pass, renderIn} from '../support/render.tsx'
import {startOverStored} from '../support/start-over-stored.ts'

describe(WorkspaceProvider.name, () => {
  test('opens and activates its workspace while it is mounted, and hides it afterwards', async () => {
    const started = await startOverStored()
    const {unmount} = renderIn(started, <WorkspaceProvider id="a" />)
    await pass(started)
    expect(visible(started)).toEqual(['a'])
    expect(started.keepspace.getSnapshot().current).toBe('a')
    unmount()
    expect(visible(started)).toEqual([])
    expect(started.keepspace.getStatus('a').phase).toBe('hot')
  })

  test('one that is not visible is opened and not seen', async () => {
    const started = await startOverStored()
    const {rerender} = renderIn(started, <WorkspaceProvider id="a" isVisible={false} />)
    await pass(started)
    expect(started.keepspace.getStatus('a')).toMatchObject({phase: 'hot', isVisible: false})
    rerender(<WorkspaceProvider id="a" />)
    expect(visible(started)).toEqual(['a'])
    rerender(<WorkspaceProvider id="a" isVisible={false} />)
    expect(visible(started)).toEqual([])
  })

  test('another id hides the workspace before and shows the next', async () => {
    const started = await startOverStored(['a', 'b'])
    const {rerender} = renderIn(started, <WorkspaceProvider id="a" />)
    rerender(<WorkspaceProvider id="b" />)
    await pass(started)
    expect(visible(started)).toEqual(['b'])
    expect(started.keepspace.getSnapshot().current).toBe('b')
  })

  test('two views of one workspace do not hide it from each other', async () => {
    const started = await startOverStored()
    const {rerender} = renderIn(
      started,
      <>
        <WorkspaceProvider id="a" key="left" />
        <WorkspaceProvider id="a" key="right" />
      </>,
    )
    rerender(<WorkspaceProvider id="a" key="right" />)
    expect(visible(started)).toEqual(['a'])
    rerender(null)
    expect(visible(started)).toEqual([])
    await pass(started)
  })

  test('nothing is unloaded or written because of mounting and unmounting', async () => {
    const started = await startOverStored()
    const {unmount} = renderIn(started, <WorkspaceProvider id="a" />)
    await pass(started, 5_000)
    unmount()
    await pass(started, 60_000)
    expect(started.log.commits).toEqual([])
    expect(
      started.events.map(({type}) => type).filter((type) => type.includes('evict') || type.includes('save')),
    ).toEqual([])
  })

  test('hiding saves what is not saved yet', async () => {
    const started = await startOverStored()
    const {unmount} = renderIn(started, <WorkspaceProvider id="a" />)
    await pass(started)
    act(() => started.keepspace.workspace('a').component(note, 'n1').set({text: 'edited'}))
    unmount()
    await pass(started, 10)
    expect(started.keepspace.getStatus('a')).toMatchObject({save: 'saved', isVisible: false})
  })
})

describe(useKeepspaceSnapshot.name, () => {
  test('follows which workspaces are in memory', async () => {
    const started = await startOverStored()
    const Hot = () => <p>{`hot: ${useKeepspaceSnapshot().hot.join()}`}</p>
    renderIn(started, <Hot />)
    expect(screen.getByText('hot:')).toBeTruthy()
    act(() => void started.keepspace.open('a'))
    expect(screen.getByText('hot: a')).toBeTruthy()
    await pass(started)
  })
})

describe(useCatalogue.name, () => {
  test('follows the list of workspaces', async () => {
    const started = await startOverStored()
    const Titles = () => <p>{useCatalogue().workspaces.map(({title}) => title)}</p>
    renderIn(started, <Titles />)
    expect(screen.getByText('a')).toBeTruthy()
    act(() => void started.keepspace.catalogue.renameWorkspace('a' as never, 'Kitchen'))
    await pass(started, 1_000)
    expect(screen.getByText('Kitchen')).toBeTruthy()
  })
})

describe(useWorkspaceStatus.name, () => {
  test('follows a workspace without loading it', async () => {
    const started = await startOverStored()
    const Status = () => <p>{useWorkspaceStatus('a').phase}</p>
    renderIn(started, <Status />)
    await pass(started, 1_000)
    expect(screen.getByText('cold')).toBeTruthy()
    act(() => void started.keepspace.open('a'))
    await pass(started)
    expect(screen.getByText('hot')).toBeTruthy()
  })
})

describe(useKeepspace.name, () => {
  test('gives the Keepspace of the provider', async () => {
    const started = await startOverStored()
    const seen = new Set<unknown>()
    const Watch = () => {
      seen.add(useKeepspace())
      return null
    }
    renderIn(started, <Watch />)
    expect([...seen]).toEqual([started.keepspace])
  })
})

function visible({keepspace}: Awaited<ReturnType<typeof startOverStored>>): readonly string[] {
  return ['a', 'b'].filter((id) => keepspace.getStatus(id).isVisible)
}

test('a mounted provider opens its workspace again once it is restored from the trash', async () => {
  const started = await startOverStored()
  renderIn(started, <WorkspaceProvider id="a" />)
  await pass(started)
  const {keepspace} = started
  const {id} = keepspace.workspace('a')
  const deleted = keepspace.catalogue.deleteWorkspace(id)
  await pass(started, 500)
  await deleted
  expect([keepspace.getStatus('a').phase, visible(started)]).toEqual(['cold', []])
  const restored = keepspace.catalogue.restoreWorkspace(id)
  await pass(started, 500)
  await restored
  await pass(started, 50)
  expect([keepspace.getStatus('a').phase, visible(started)]).toEqual(['hot', ['a']])
})
