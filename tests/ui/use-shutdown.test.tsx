import {act, fireEvent, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {useShutdown} from '../../src/react.ts'
import {pass, renderIn} from '../support/render.tsx'
import {startWithNote} from '../support/start-keepspace.ts'

describe(useShutdown.name, () => {
  test('shows progress, who is late, and lets a person choose', async () => {
    const started = await startWithNote()
    started.faults.fail('commit', new KeepspaceError('storage.unavailable'), Number.POSITIVE_INFINITY)
    started.component.set({text: 'late'})
    const View = () => {
      const {phase, isSlow, late, shutdown, cancel} = useShutdown()
      return (
        <>
          <p>{[phase, isSlow, ...late.map(({target, reason}) => `${target} ${reason}`)].join(' ')}</p>
          <button type="button" onClick={() => void shutdown({timeoutMs: 1_000})}>
            close
          </button>
          <button type="button" onClick={cancel}>
            cancel
          </button>
        </>
      )
    }
    renderIn(started, <View />)
    expect(screen.getByText('open false')).toBeTruthy()
    act(() => {
      fireEvent.click(screen.getByText('close'))
    })
    expect(screen.getByText('draining false')).toBeTruthy()
    await pass(started, 850)
    expect(screen.getByText('draining true')).toBeTruthy()
    await pass(started, 200)
    expect(screen.getByText('late false a failed')).toBeTruthy()
    act(() => {
      fireEvent.click(screen.getByText('cancel'))
    })
    expect(screen.getByText('open false')).toBeTruthy()
  })
})
