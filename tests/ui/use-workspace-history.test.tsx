import {act, fireEvent, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {useReplacedVersion, useWorkspaceHistory} from '../../src/react.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {pass, renderInWorkspace} from '../support/render.tsx'
import {startWithNote} from '../support/start-keepspace.ts'

const Kept = () => {
  const {phase, value, restore} = useWorkspaceHistory()
  return (
    <ul aria-label={phase}>
      {value?.map(({id, reason}) => (
        <li key={id}>
          <Version id={id} />
          <button type="button" onClick={() => void restore(id)}>
            Bring back what was {reason}
          </button>
        </li>
      ))}
    </ul>
  )
}

const Version = ({id}: {readonly id: string}) => {
  const {value} = useReplacedVersion(id)
  return <p>{JSON.stringify(value?.parts[0]?.content)}</p>
}

describe(useWorkspaceHistory.name, () => {
  test('lists what was replaced, shows what it held, and brings it back', async () => {
    const started = await startWithNote({resolveConflict: () => 'theirs', bus: createFakeBuses()()})
    const {keepspace, time, component} = started
    await time.advanceAsync(500)
    // Two tabs that do not hear of each other.
    const other = await started.again({bus: createFakeBuses()()})
    await other.whenReady('a')
    component.set({text: 'theirs'})
    await time.advanceAsync(1_000)
    other.workspace('a').component(note, 'n1').set({text: 'mine'})
    await time.advanceAsync(2_000)
    renderInWorkspace({keepspace, time}, <Kept />)
    await pass(started, 100)
    screen.getByText('{"text":"mine"}')
    await act(async () => void fireEvent.click(screen.getByText('Bring back what was givenUp')))
    await pass(started, 2_000)
    expect(component.getState()).toEqual({text: 'mine'})
    screen.getByText('{"text":"theirs"}')
    screen.getByText('Bring back what was replaced')
  })
})
