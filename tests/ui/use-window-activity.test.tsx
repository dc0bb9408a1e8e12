import {act, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {useWindowActivity} from '../../src/react.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {renderIn} from '../support/render.tsx'
import {startKeepspace} from '../support/start-keepspace.ts'

describe(useWindowActivity.name, () => {
  test('follows the window', async () => {
    const page = createFakePage()
    const started = await startKeepspace({lifecycle: page.lifecycle})
    const View = () => <p>{useWindowActivity()}</p>
    renderIn(started, <View />)
    expect(screen.getByText('active')).toBeTruthy()
    act(() => page.emit('blurred'))
    expect(screen.getByText('visible')).toBeTruthy()
    act(() => page.emit('hidden'))
    expect(screen.getByText('hidden')).toBeTruthy()
  })
})
