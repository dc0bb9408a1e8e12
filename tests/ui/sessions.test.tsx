import {act, fireEvent, render, screen, waitFor} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import type {SessionPhase, SessionStatus} from '../../src/model/session.ts'
import {describeSession, SessionNamesForm, SessionStatusBadge, useSession} from '../../src/react.ts'
import {startSessions} from '../support/start-sessions.tsx'

const statusOf = (phase: SessionPhase, more: Partial<SessionStatus> = {}): SessionStatus => ({
  entryId: 'e' as SessionStatus['entryId'],
  phase,
  sessionId: 's',
  title: 'Plans',
  hasChanges: false,
  isStored: true,
  isBehind: false,
  revision: 1,
  serverRevision: 1,
  changedAt: undefined,
  savedAt: 1,
  error: undefined,
  ...more,
})

describe(describeSession.name, () => {
  test.each<[SessionPhase, string, string]>([
    ['none', 'quiet', 'On this device'],
    ['comparing', 'quiet', 'On this device'],
    ['saved', 'good', 'On the server'],
    ['changed', 'quiet', 'On this device'],
    ['saving', 'busy', 'Sending…'],
    ['resolving', 'busy', 'Sending…'],
    ['waiting', 'waiting', 'Server is busy'],
    ['paused', 'trouble', 'Paused'],
    ['refused', 'trouble', 'Not accepted'],
    ['conflict', 'trouble', 'Changed elsewhere'],
    ['gone', 'trouble', 'Deleted there'],
  ])('says of “%s” in a %s tone: %s', (phase, tone, label) => {
    const words = describeSession(statusOf(phase))
    expect([words.phase, words.tone, words.label]).toEqual([phase, tone, label])
    expect(words.sentence).toMatch(/\.$/)
  })

  test('a device that is behind is not called safe, and a server out of reach is offline', () => {
    for (const phase of ['saved', 'changed'] as const) {
      expect(describeSession(statusOf(phase, {isBehind: true})).label).toBe('Newer on the server')
    }
    const error = {code: 'server.offline' as const, sentence: 'Away.', detail: undefined}
    expect(describeSession(statusOf('waiting', {error})).label).toBe('Offline')
  })
})

test('a badge says where the content of an entry is: here, there, waiting, changed elsewhere', async () => {
  const {entryId, text, fake, sessions, page} = await startSessions()
  const Save = () => {
    const {saveAs, save} = useSession(entryId)
    return (
      <>
        <button type="button" onClick={() => void saveAs({title: 'Plans'})}>
          save as
        </button>
        <button type="button" onClick={() => void save()}>
          save
        </button>
      </>
    )
  }
  page(
    <>
      <SessionStatusBadge entryId={entryId} />
      <Save />
    </>,
  )
  const says = (label: string) => waitFor(() => expect(screen.getByRole('status').textContent).toBe(label))
  await says('On this device')
  fireEvent.click(screen.getByText('save as'))
  await says('On the server')
  act(() => text.set({text: 'two'}))
  await says('On this device')
  fake.fault = 'server.offline'
  fireEvent.click(screen.getByText('save'))
  await says('Offline')
  fake.fault = undefined
  act(() => sessions.networkReturned())
  await says('On the server')
  await fake.put('s1', 'Plans', {other: true})
  act(() => text.set({text: 'three'}))
  await says('On this device')
  fireEvent.click(screen.getByText('save'))
  await says('Changed elsewhere')
  expect(screen.getByRole('status').dataset).toMatchObject({phase: 'conflict', tone: 'trouble'})
})

describe(SessionNamesForm.name, () => {
  test('hands over names as the server stores them, and says what it would refuse', () => {
    const submitted: unknown[] = []
    render(
      <SessionNamesForm initial={{title: ' '}} onSubmit={(names) => submitted.push(names)}>
        <button type="submit">go</button>
      </SessionNamesForm>,
    )
    fireEvent.click(screen.getByText('go'))
    screen.getByText('Give it a title.')
    fireEvent.change(screen.getByLabelText(/Title/), {target: {value: '🎻'.repeat(31)}})
    screen.getByText('A title has at most 30 characters, this one has 31.')
    fireEvent.change(screen.getByLabelText(/Title/), {target: {value: ` ${'🎻'.repeat(30)}\u202e`}})
    fireEvent.change(screen.getByLabelText(/Description/), {target: {value: 'x'.repeat(251)}})
    fireEvent.click(screen.getByText('go'))
    screen.getByText('A description has at most 250 characters, this one has 251.')
    expect(submitted).toEqual([])
    fireEvent.change(screen.getByLabelText(/Description/), {target: {value: 'for spring'}})
    fireEvent.click(screen.getByText('go'))
    expect(submitted).toEqual([{title: '🎻'.repeat(30), description: 'for spring'}])
  })
})
