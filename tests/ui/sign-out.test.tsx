import {act, fireEvent, screen, waitFor} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {describeUnsent, useSignOut} from '../../src/react.ts'
import {createSigningOut, type UnsentWork} from '../../src/sessions.ts'
import {startSessions} from '../support/start-sessions.tsx'

test.each<UnsentWork>([
  {kind: 'session', id: 'e' as never, title: 'A'},
  {kind: 'unreadable', id: 'w', title: 'A'},
  ...(['unsaved', 'onDeviceOnly', 'waiting', 'conflict', 'refused'] as const).map((reason) => ({
    kind: 'workspace' as const,
    id: 'w' as never,
    title: 'A',
    reason,
  })),
])('says why the server does not have %j', (work) => {
  expect(describeUnsent(work)).toMatch(/^A .*\.$/)
})

describe(useSignOut.name, () => {
  test('names what would be lost, sends it, and only then leaves nothing behind', async () => {
    const {fake, press, says, look} = await startSigningOut()
    await look()
    await says('ready Monday')
    fake.fault = 'server.offline'
    press('send')
    await says('ready Monday server.offline')
    fake.fault = undefined
    press('send')
    await says('ready')
    expect([...fake.sessions.values()].map(({title}) => title)).toEqual(['Plans'])
    press('remove')
    await says('signedOut')
  })

  test('names what came after the person read the list, instead of removing it', async () => {
    const {keepspace, sessions, entryId, text, press, says, look} = await startSigningOut()
    await sessions.saveAs(entryId, {title: 'Plans'})
    await look()
    await says('ready')
    act(() => text.set({text: 'in another tab'}))
    press('remove')
    await says('ready Plans')
    expect(text.getState()).toEqual({text: 'in another tab'})
    press('remove')
    await says('signedOut Plans')
    await expect(keepspace.catalogue.createEntry({title: 'late'})).rejects.toMatchObject({code: 'disposed'})
  })
})

async function startSigningOut() {
  const started = await startSessions()
  const signingOut = createSigningOut(started.keepspace, {sessions: started.sessions})
  const View = () => {
    const {phase, unsent, error, look, send, leave} = useSignOut(signingOut)
    return (
      <>
        <output>{[phase, ...unsent.map(({title}) => title), error?.code].filter(Boolean).join(' ')}</output>
        <button type="button" onClick={() => void look()}>
          look
        </button>
        <button type="button" onClick={() => void send()}>
          send
        </button>
        <button type="button" onClick={() => void leave('remove')}>
          remove
        </button>
      </>
    )
  }
  started.page(<View />)
  const press = (label: string) => fireEvent.click(screen.getByText(label))
  const says = (text: string) => waitFor(() => expect(document.querySelector('output')?.textContent).toBe(text))
  return {
    ...started,
    press,
    says,
    look: async () => {
      press('look')
      await waitFor(() => expect(document.querySelector('output')?.textContent).not.toBe('looking'))
    },
  }
}
