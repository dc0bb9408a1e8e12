import {act, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {SaveStatusBadge, useSaveStatus} from '../../src/react.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note} from '../support/definitions.ts'
import {pass, renderIn, renderInWorkspace} from '../support/render.tsx'
import {startWithNote} from '../support/start-keepspace.ts'
import {startOverStored} from '../support/start-over-stored.ts'

const badge = () => screen.getByRole('status')

describe(SaveStatusBadge.name, () => {
  test('says where the workspace is, from loading to saved', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    renderInWorkspace(started, <SaveStatusBadge />)
    await pass(started)
    expect(badge().textContent).toBe('Loading…')
    load.release()
    await pass(started)
    expect(badge().outerHTML).toBe(
      '<span role="status" aria-live="polite" title="Everything is stored on this device." data-keepspace="save-status" ' +
        'data-phase="saved" data-level="onDevice" data-persistent="true">Saved on this device</span>',
    )
  })

  test('an edit shows as unsaved, a short save does not show, a long one does', async () => {
    const started = await startOverStored()
    renderInWorkspace(started, <SaveStatusBadge className="badge" />)
    await pass(started)
    act(() => started.keepspace.workspace('a').component(note, 'n1').set({text: 'x'}))
    await pass(started)
    expect(badge().textContent).toBe('Unsaved changes')
    const commit = started.faults.delayAnswer('commit')
    await pass(started, 300)
    expect(started.keepspace.getStatus('a').save).toBe('saving')
    expect(badge().textContent).toBe('Unsaved changes')
    await pass(started, 400)
    expect(badge().textContent).toBe('Saving…')
    commit.release()
    await pass(started)
    expect(badge().textContent).toBe('Saved on this device')
    expect(badge().className).toBe('badge')
  })

  test('says when a workspace could not be loaded', async () => {
    const started = await startOverStored()
    started.faults.fail('read', new KeepspaceError('storage.unavailable', 'broken'))
    renderInWorkspace(started, <SaveStatusBadge />)
    await pass(started)
    expect(badge().textContent).toBe('Could not be loaded')
  })

  test('never calls a storage that is gone with the page saved', async () => {
    const started = await startWithNote({target: memoryStorage()})
    renderInWorkspace(started, <SaveStatusBadge />)
    await pass(started, 5_000)
    expect(badge().textContent).toBe('Only in memory')
  })

  test('shows a workspace that is not open without opening it', async () => {
    const started = await startOverStored()
    renderIn(started, <SaveStatusBadge id="a" />)
    await pass(started, 1_000)
    expect(badge().textContent).toBe('Not open')
    expect(started.keepspace.getSnapshot().hot).toEqual([])
  })
})

describe(useSaveStatus.name, () => {
  test('without smooth every save shows at once', async () => {
    const started = await startOverStored()
    const labels: string[] = []
    const Watch = () => {
      const {label} = useSaveStatus()
      if (label !== labels.at(-1)) {
        labels.push(label)
      }
      return null
    }
    renderInWorkspace(started, <Watch />)
    await pass(started)
    labels.length = 0
    act(() => started.keepspace.workspace('a').component(note, 'n1').set({text: 'x'}))
    await pass(started)
    const commit = started.faults.delayAnswer('commit')
    await pass(started, 350)
    commit.release()
    await pass(started)
    expect(labels).toEqual(['Unsaved changes', 'Saving…', 'Saved on this device'])
  })
})
