import {act, fireEvent, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {useConflict, useWorkspaceStatus} from '../../src/react.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {pass, renderInWorkspace} from '../support/render.tsx'
import {startWithNote} from '../support/start-keepspace.ts'

const Choice = () => {
  const {conflict, resolve} = useConflict()
  const {save} = useWorkspaceStatus()
  if (conflict === undefined) {
    return <p>{save}</p>
  }
  const [component] = conflict.components
  return (
    <button type="button" onClick={() => void resolve('theirs')}>
      {JSON.stringify([component?.mine.content, component?.theirs.content])}
    </button>
  )
}

const text = (tab: Awaited<ReturnType<typeof startWithNote>>['keepspace']) => tab.workspace('a').component(note, 'n1')

describe(useConflict.name, () => {
  test('shows both versions as they are, also when the other tab goes on, and nothing once it is settled', async () => {
    const newBus = createFakeBuses()
    const started = await startWithNote({bus: newBus()})
    await started.time.advanceAsync(500)
    const other = await started.again({bus: newBus()})
    other.activate('a')
    await other.whenReady('a')
    renderInWorkspace({keepspace: other, time: started.time}, <Choice />)
    await pass(started)
    const held = started.faults.delay('commit')
    act(() => text(started.keepspace).set({text: 'theirs'}))
    await pass(started, 500)
    act(() => text(other).set({text: 'mine'}))
    held.release()
    await pass(started, 2_000)
    screen.getByText('[{"text":"mine"},{"text":"theirs"}]')
    act(() => text(started.keepspace).set({text: 'theirs, newer'}))
    await pass(started, 2_000)
    fireEvent.click(screen.getByText('[{"text":"mine"},{"text":"theirs, newer"}]'))
    await pass(started, 2_000)
    screen.getByText('saved')
    expect(text(other).getState()).toEqual({text: 'theirs, newer'})
  })
})
