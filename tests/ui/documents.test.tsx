import {act, fireEvent, render, screen, waitFor} from '@testing-library/react'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {Undo} from '../../src/model/handles.ts'
import {
  type DocumentQuery,
  KeepspaceProvider,
  SessionsProvider,
  useDocuments,
  useEarlierDeletions,
} from '../../src/react.ts'
import {createSessions} from '../../src/sessions.ts'
import {pass} from '../support/render.tsx'
import {startSessions} from '../support/start-sessions.tsx'

const everything: DocumentQuery = {sort: 'title'}
const undos: Undo[] = []

/** Rows as text: title, whether it is on its way, why it was taken back. */
function List({query = everything}: {readonly query?: DocumentQuery}) {
  const {rows, phase, hasMore, error, loadMore, again, remove, rename, dismiss} = useDocuments('sessions', query)
  const act = (label: string, onClick: () => void) => (
    <button type="button" onClick={onClick}>
      {label}
    </button>
  )
  return (
    <>
      <output>{`${phase} ${rows.length}${hasMore ? '+' : ''} ${error?.code ?? ''}`.trim()}</output>
      <ul>
        {rows.map(({id, title, isPending, failure}) => (
          <li key={id}>{[title, isPending && 'on its way', failure?.code].filter(Boolean).join(', ')}</li>
        ))}
      </ul>
      {act('more', loadMore)}
      {act('again', again)}
      {act('delete', () => undos.push(remove(rows.slice(0, 2).map(({id}) => id))))}
      {act('undo', () => undos.pop()?.())}
      {act('rename', () => rename(rows[0]?.id ?? '', 'Zebra'))}
      {act('understood', () => dismiss(rows[0]?.id ?? ''))}
    </>
  )
}

const press = (label: string) => fireEvent.click(screen.getByText(label))
const rows = () => [...document.querySelectorAll('li')].map((item) => item.textContent)
const says = (text: string) => waitFor(() => expect(document.querySelector('output')?.textContent).toBe(text))
const listed = (expected: readonly string[]) => waitFor(() => expect(rows()).toEqual(expected))

async function startList(titles: readonly string[]) {
  const started = await startSessions()
  for (const [index, title] of titles.entries()) {
    await started.fake.put(`id-${index}`, title)
  }
  return started
}

describe(useDocuments.name, () => {
  test('reads page by page, and asks anew when the question changes, with the old rows until then', async () => {
    const titles = Array.from({length: 230}, (_, index) => `Plan ${String(index).padStart(3, '0')}`)
    const {page, fake} = await startList(titles)
    const view = page(<List />)
    await says('ready 100+')
    press('more')
    press('more')
    await says('ready 200+')
    press('more')
    await says('ready 230')
    expect(rows()).toEqual(titles)
    expect(fake.asked.length).toBe(3)
    let release = () => {}
    fake.hold = new Promise((resolve) => {
      release = resolve
    })
    const query: DocumentQuery = {sort: 'title', filters: [{field: 'title', operator: 'contains', value: '22'}]}
    view.rerender(<List query={query} />)
    await says('loading 230')
    release()
    await listed(titles.filter((title) => title.includes('22')))
  })

  test('an answer that comes after another question was answered is not shown', async () => {
    const {page, fake} = await startList(['A', 'B'])
    let release = () => {}
    fake.hold = new Promise((resolve) => {
      release = resolve
    })
    const view = page(<List />)
    await waitFor(() => expect(fake.asked).toEqual(['listSessions']))
    fake.hold = undefined
    view.rerender(<List query={{sort: 'title', filters: [{field: 'title', operator: 'contains', value: 'B'}]}} />)
    await listed(['B'])
    await act(async () => release())
    expect(rows()).toEqual(['B'])
  })

  test('a failed page says so and is read again; the next page too', async () => {
    const {page, fake} = await startList(Array.from({length: 150}, (_, index) => `Plan ${index}`))
    fake.fault = 'server.offline'
    page(<List />)
    await says('failed 0 server.offline')
    fake.fault = undefined
    press('again')
    await says('ready 100+')
    fake.fault = 'server.busy'
    press('more')
    await says('ready 100+ server.busy')
    fake.fault = undefined
    press('more')
    press('again')
    await says('ready 150')
  })

  test('what is deleted disappears at once and is deleted when nobody undid it', async () => {
    const started = await startList(['A', 'B', 'C'])
    started.page(<List />)
    await listed(['A', 'B', 'C'])
    press('delete')
    expect(rows()).toEqual(['C'])
    press('undo')
    expect(rows()).toEqual(['A', 'B', 'C'])
    await pass(started, 10_000)
    expect(started.fake.asked).not.toContain('deleteSession')
    press('delete')
    await pass(started, 5_900)
    expect(started.fake.sessions.size).toBe(3)
    started.fake.sessions.delete('id-1')
    await pass(started, 200)
    await waitFor(() => expect(started.fake.sessions.size).toBe(1))
    press('undo')
    press('again')
    await says('ready 1')
    expect(rows()).toEqual(['C'])
  })

  test('what a page was left before it deleted is offered by the next one, hidden until then, and brought back', async () => {
    const {keepspace, fake, sessions, time} = await startList(['A', 'B', 'C'])
    await sessions.deletions.note('sessions', [{id: 'id-0', title: 'A', revision: 1}], 60_000)
    sessions.close()
    const next = createSessions(keepspace, {server: fake.server})
    onTestFinished(() => next.close())
    const Offer = () => {
      const {waiting, undo} = useEarlierDeletions()
      return (
        <button type="button" onClick={undo}>
          {waiting.map(({title}) => `bring ${title} back`).join()}
        </button>
      )
    }
    render(
      <KeepspaceProvider keepspace={keepspace} time={time}>
        <SessionsProvider sessions={next}>
          <List />
          <Offer />
        </SessionsProvider>
      </KeepspaceProvider>,
    )
    await listed(['B', 'C'])
    fireEvent.click(await screen.findByText('bring A back'))
    await listed(['A', 'B', 'C'])
    await waitFor(async () => expect(next.deletions.getSnapshot().waiting).toEqual([]))
    expect(fake.asked).not.toContain('deleteSession')
  })

  test('a deletion that the server refuses is taken back visibly', async () => {
    const started = await startList(['A', 'B', 'C'])
    started.page(<List />)
    await listed(['A', 'B', 'C'])
    press('delete')
    await started.fake.put('id-0', 'A')
    await pass(started, 6_100)
    await listed(['A, revision.conflict', 'C'])
    press('understood')
    expect(rows()).toEqual(['A', 'C'])
  })

  test('a new title shows at once, and goes when the server refuses it', async () => {
    const started = await startList(['A', 'B'])
    started.page(<List />)
    await listed(['A', 'B'])
    let release = () => {}
    started.fake.hold = new Promise((resolve) => {
      release = resolve
    })
    press('rename')
    expect(rows()).toEqual(['Zebra, on its way', 'B'])
    started.fake.fault = 'server.offline'
    await act(async () => release())
    await listed(['A, server.offline', 'B'])
    started.fake.fault = undefined
    press('rename')
    expect(rows()[0]).toBe('Zebra, on its way')
    await listed(['Zebra', 'B'])
    expect(started.fake.sessions.get('id-0')?.title).toBe('Zebra')
  })
})
