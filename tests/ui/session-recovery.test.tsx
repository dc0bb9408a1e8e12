import {act, fireEvent, screen, waitFor} from '@testing-library/react'
import {describe, expect, onTestFinished, test} from 'vitest'
import {
  DifferenceChoices,
  describeDifference,
  SessionsProvider,
  useSessionHistory,
  useSessionRecovery,
  useVersionPreview,
} from '../../src/react.ts'
import {type ContentDifference, createSessions} from '../../src/sessions.ts'
import {startSessions} from '../support/start-sessions.tsx'

const shown = () => document.querySelector('output')?.textContent
const says = (text: string) => waitFor(() => expect(shown()).toBe(text))
const press = (label: string) => fireEvent.click(screen.getByText(label))
const component = (text: string) => ({
  id: 'n1',
  type: 'note',
  schemaVersion: 1,
  editableFrom: 1,
  records: {state: {text, tags: ['a']}},
})

describe(describeDifference.name, () => {
  test('marks the words that differ, and nothing else', () => {
    const {mine, theirs} = describeDifference({
      mine: component('we meet at nine in the park'),
      theirs: component('we meet at half past eight in the park'),
    })
    expect(mine).toEqual([
      {
        name: 'text',
        isDifferent: true,
        parts: [
          {text: 'we meet at ', isDifferent: false},
          {text: 'nine', isDifferent: true},
          {text: ' in the park', isDifferent: false},
        ],
      },
      {name: 'tags', isDifferent: false, parts: [{text: '["a"]', isDifferent: false}]},
    ])
    expect(theirs[0]?.parts[1]).toEqual({text: 'half past eight', isDifferent: true})
  })

  test('says of a component that is only on one side that it does not exist on the other', () => {
    const {theirs} = describeDifference({mine: component('here'), theirs: undefined})
    expect(theirs[0]).toMatchObject({name: 'text', isDifferent: true, parts: [{text: '—'}]})
    expect(theirs.find(({name}) => name === 'state')?.parts[0]?.text).toBe('does not exist')
  })
})

test('a choice is made for each component by keyboard and pointer', async () => {
  const {page} = await startSessions()
  const difference: ContentDifference = {
    isArrangementDifferent: false,
    components: [
      {
        key: 'k',
        workspaceId: 'w',
        workspaceTitle: 'Monday',
        componentId: 'n1',
        type: 'note',
        mine: component('nine'),
        theirs: component('eight'),
      },
    ],
  }
  const chosen: string[] = []
  page(
    <DifferenceChoices
      difference={difference}
      choices={{}}
      onChoose={(key, side) => chosen.push(`${key} ${side}`)}
      nameOf={() => 'Note'}
    />,
  )
  screen.getByRole('group', {name: 'Note Monday'})
  expect((screen.getByLabelText(/This device/) as HTMLInputElement).checked).toBe(true)
  fireEvent.click(screen.getByLabelText(/The server/))
  expect(chosen).toEqual(['k theirs'])
})

describe(useSessionRecovery.name, () => {
  const View = () => {
    const {phase, items, compare, recover, discard} = useSessionRecovery()
    const [item] = items
    return (
      <>
        <output>
          {[phase, ...items.map(({title, components}) => `${title} ${JSON.stringify(components)}`)].join(' ')}
        </output>
        <button type="button" onClick={() => item && void compare(item.entryId).then(told)}>
          compare
        </button>
        <button type="button" onClick={() => item && void recover(item.entryId)}>
          recover
        </button>
        <button type="button" onClick={() => item && void discard(item.entryId)}>
          discard
        </button>
      </>
    )
  }
  const compared: string[] = []
  const told = ({difference}: {difference: ContentDifference}) => {
    compared.push(...difference.components.map(({mine, theirs}) => JSON.stringify([mine?.records, theirs?.records])))
  }

  /** Work that was not sent, and the next visit of the page. */
  const startUnsent = async () => {
    const started = await startSessions()
    const {sessions, entryId, text, keepspace, fake, page} = started
    await sessions.saveAs(entryId, {title: 'Plans'})
    text.set({text: 'two'})
    await keepspace.flush()
    sessions.close()
    const next = createSessions(keepspace, {server: fake.server})
    onTestFinished(() => next.close())
    page(
      <SessionsProvider sessions={next}>
        <View />
      </SessionsProvider>,
    )
    await says('offering Plans {"note":1}')
    return {...started, next}
  }

  test('offers unsent work with its difference, and goes on with it without sending anything', async () => {
    const {fake, text, next, entryId} = await startUnsent()
    press('compare')
    await waitFor(() => expect(compared).toEqual(['[{"state":{"text":"two"}},{"state":{"text":"one"}}]']))
    press('recover')
    await says('settled')
    expect(text.getState()).toEqual({text: 'two'})
    expect(fake.asked).not.toContain('updateSession')
    await waitFor(() => expect(next.getStatus(entryId).phase).toBe('changed'))
  })

  test('discards it for what the server has, and keeps it in the trash', async () => {
    const {keepspace, text} = await startUnsent()
    press('discard')
    await says('settled')
    await waitFor(() => expect(text.getState()).toEqual({text: 'one'}))
    expect(keepspace.catalogue.getSnapshot().trashedEntries.length).toBe(1)
  })
})

test('the history of a session is listed, looked at, and brought back', async () => {
  const {sessions, entryId, text, keepspace, page} = await startSessions()
  await sessions.saveAs(entryId, {title: 'Plans'})
  text.set({text: 'two'})
  await keepspace.flush()
  await sessions.save(entryId)
  const Preview = () => <p>{useVersionPreview(entryId, 1).value?.difference.components.length} differs</p>
  const View = () => {
    const {phase, value = [], hasMore, restore} = useSessionHistory(entryId)
    return (
      <>
        <output>{[phase, ...value.map(({revision}) => revision), hasMore].join(' ')}</output>
        <button type="button" onClick={() => void restore(1)}>
          restore
        </button>
        <Preview />
      </>
    )
  }
  page(<View />)
  await says('ready 2 1 false')
  await screen.findByText('1 differs')
  await act(async () => press('restore'))
  await waitFor(() => expect(text.getState()).toEqual({text: 'one'}))
  expect(sessions.getStatus(entryId).revision).toBe(3)
})
