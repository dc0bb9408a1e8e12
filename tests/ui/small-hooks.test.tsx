import {act, fireEvent, screen} from '@testing-library/react'
import {useState} from 'react'
import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {useKeepspaceEvent, usePreventUnsavedChanges, useSetting} from '../../src/react.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note} from '../support/definitions.ts'
import {pass, renderIn} from '../support/render.tsx'
import {startWithNote} from '../support/start-keepspace.ts'
import {startOverStored} from '../support/start-over-stored.ts'

describe(useSetting.name, () => {
  test('shows the fallback, then what was set, and stores only that', async () => {
    const started = await startOverStored()
    const Theme = () => {
      const [theme, setTheme] = useSetting('theme', 'light')
      return (
        <button type="button" onClick={() => void setTheme('dark')}>
          {theme}
        </button>
      )
    }
    renderIn(started, <Theme />)
    await pass(started, 5_000)
    expect(started.keepspace.settings.get('theme')).toBe(undefined)
    fireEvent.click(screen.getByText('light'))
    expect(screen.getByText('dark')).toBeTruthy()
    await pass(started, 5_000)
    const second = await started.again()
    expect(second.settings.get('theme')).toBe('dark')
  })
})

describe(useKeepspaceEvent.name, () => {
  test('calls the newest listener, and none after unmounting', async () => {
    const started = await startOverStored(['a', 'b', 'c'])
    const heard: string[] = []
    const Listen = () => {
      const [count, setCount] = useState(1)
      useKeepspaceEvent('workspace_loaded', ({workspaceId}) => {
        heard.push(`${workspaceId} ${count}`)
        setCount(count + 1)
      })
      return null
    }
    const {unmount} = renderIn(started, <Listen />)
    act(() => void started.keepspace.open('a'))
    await pass(started)
    act(() => void started.keepspace.open('b'))
    await pass(started)
    unmount()
    started.keepspace.open('c')
    await pass(started)
    expect(heard).toEqual(['a 1', 'b 2'])
  })

  test("'*' hears every type", async () => {
    const started = await startOverStored()
    const types: string[] = []
    const Listen = () => {
      useKeepspaceEvent('*', ({type}) => types.push(type))
      return null
    }
    renderIn(started, <Listen />)
    act(() => void started.keepspace.open('a'))
    await pass(started)
    expect(types).toEqual(['workspace_opened', 'workspace_loaded'])
  })
})

describe(usePreventUnsavedChanges.name, () => {
  const Guard = () => {
    usePreventUnsavedChanges()
    return null
  }
  const asks = () => !window.dispatchEvent(new Event('beforeunload', {cancelable: true}))

  test('does not ask for what the last words of the page hold', async () => {
    const started = await startOverStored()
    renderIn(started, <Guard />)
    const component = started.keepspace.open('a').component(note, 'n1')
    await pass(started)
    component.set({text: 'x'})
    await pass(started)
    expect(asks()).toBe(false)
  })

  test('asks only while storage fails', async () => {
    const started = await startOverStored()
    renderIn(started, <Guard />)
    const component = started.keepspace.open('a').component(note, 'n1')
    await pass(started)
    started.faults.fail('commit', new KeepspaceError('storage.quota'))
    component.set({text: 'x'})
    await pass(started, 1_000)
    expect(asks()).toBe(true)
    started.keepspace.retryStorage()
    await pass(started, 1_000)
    expect(asks()).toBe(false)
  })

  test('asks for edits that wait for a load', async () => {
    const started = await startOverStored()
    const load = started.faults.delay('read')
    renderIn(started, <Guard />)
    started.keepspace.workspace('a').component(note, 'n1').set({text: 'x'})
    await pass(started)
    expect(asks()).toBe(true)
    load.release()
    await pass(started, 1_000)
    expect(asks()).toBe(false)
  })

  test('asks for everything that was edited while storage is gone with the page', async () => {
    const started = await startWithNote({target: memoryStorage()})
    renderIn(started, <Guard />)
    await pass(started, 1_000)
    expect(asks()).toBe(true)
  })

  test('asks no more once it is unmounted', async () => {
    const started = await startOverStored()
    started.faults.delay('read')
    const {unmount} = renderIn(started, <Guard />)
    started.keepspace.workspace('a').component(note, 'n1').set({text: 'x'})
    await pass(started)
    expect(asks()).toBe(true)
    unmount()
    expect(asks()).toBe(false)
  })
})
