import {fireEvent, screen, waitFor} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import type {Undo} from '../../src/model/handles.ts'
import {useDocuments, useSession, useTemplate, useVisits} from '../../src/react.ts'
import {pass} from '../support/render.tsx'
import {startSessions} from '../support/start-sessions.tsx'

const press = (label: string) => fireEvent.click(screen.getByText(label))
const rows = () => [...document.querySelectorAll('li')].map((item) => item.textContent)
const listed = (expected: readonly string[]) => waitFor(() => expect(rows()).toEqual(expected))
const newest = {sort: '-updatedAt'}

test('a workspace is kept as a template, looked at, begun from, added to another project, and deleted', async () => {
  const started = await startSessions()
  const {entryId, workspaceId, keepspace, page, fake} = started
  await keepspace.catalogue.createWorkspace({entryId, title: 'Tuesday'})
  const Make = () => {
    const {createTemplate} = useSession(entryId)
    return (
      <button type="button" onClick={() => void createTemplate({title: 'Day'}, {workspaceId})}>
        keep
      </button>
    )
  }
  const One = ({id}: {readonly id: string}) => {
    const {value, startFrom, addTo} = useTemplate(id)
    return (
      <>
        <output>{value?.content.workspaces.map(({title}) => title).join()}</output>
        <button type="button" onClick={() => void startFrom('Another')}>
          start
        </button>
        <button type="button" onClick={() => void addTo(entryId)}>
          add
        </button>
      </>
    )
  }
  const All = () => {
    const {rows, remove} = useDocuments('templates', newest, {undoMs: 100})
    return (
      <ul>
        {rows.map(({id, title}) => (
          <li key={id}>
            {title}
            <button type="button" onClick={() => remove([id])}>
              {' '}
              delete
            </button>
          </li>
        ))}
      </ul>
    )
  }
  const view = page(<Make />)
  press('keep')
  await waitFor(() => expect(fake.templates.size).toBe(1))
  view.rerender(<One id="t1" />)
  await waitFor(() => expect(document.querySelector('output')?.textContent).toBe('Monday'))
  const shown = () => {
    const {entries, workspaces} = keepspace.catalogue.getSnapshot()
    return entries.map(({id, title}) => [
      title,
      ...workspaces.filter((one) => one.entryId === id).map((one) => one.title),
    ])
  }
  press('start')
  await waitFor(() => expect(shown()).toContainEqual(['Another', 'Monday']))
  press('add')
  await waitFor(() => expect(shown()[0]).toEqual(['Plans', 'Monday', 'Tuesday', 'Monday']))
  const added = keepspace.catalogue.getSnapshot().workspaces.filter((one) => one.entryId === entryId)[2]
  expect(added?.isDefault).toBe(false)

  view.rerender(<All />)
  await listed(['Day delete'])
  press('delete')
  await listed([])
  await pass(started, 200)
  await waitFor(() => expect(fake.templates.size).toBe(0))
})

describe(useVisits.name, () => {
  test('forgets at once, brings back what is undone or refused, and leaves the snapshots alone', async () => {
    const started = await startSessions()
    const {fake, page} = started
    for (const id of ['a', 'b']) {
      fake.visits.set(id, visitOf(id))
    }
    let undo: Undo | undefined
    const List = () => {
      const {rows, forget, dismiss} = useVisits(newest, {undoMs: 100})
      return (
        <>
          <ul>
            {rows.map(({id, title, failure}) => (
              <li key={id}>{[title, failure?.code].filter(Boolean).join(' ')}</li>
            ))}
          </ul>
          <button
            type="button"
            onClick={() => {
              undo = forget(rows.map(({id}) => id))
            }}
          >
            these
          </button>
          <button type="button" onClick={() => undo?.()}>
            undo
          </button>
          <button type="button" onClick={() => dismiss('a')}>
            understood
          </button>
        </>
      )
    }
    page(<List />)
    await listed(['A', 'B'])
    press('these')
    expect(rows()).toEqual([])
    press('undo')
    expect(rows()).toEqual(['A', 'B'])
    press('these')
    fake.fault = 'server.offline'
    await pass(started, 200)
    await listed(['A server.offline', 'B server.offline'])
    press('understood')
    expect(rows()).toEqual(['A', 'B server.offline'])
    fake.fault = undefined
    press('these')
    await pass(started, 200)
    await waitFor(() => expect(fake.visits.size).toBe(0))
  })

  test('forgets all at once, also those that were not read yet', async () => {
    const started = await startSessions()
    for (let index = 0; index < 230; index += 1) {
      started.fake.visits.set(`v${index}`, visitOf(`v${index}`))
    }
    const Count = () => {
      const {rows, forgetAll} = useVisits(newest, {undoMs: 100})
      return (
        <button type="button" onClick={() => void forgetAll()}>
          {`forget all ${rows.length}`}
        </button>
      )
    }
    started.page(<Count />)
    fireEvent.click(await screen.findByText('forget all 100'))
    await screen.findByText('forget all 0')
    await pass(started, 200)
    // They are forgotten one after the other.
    await waitFor(() => expect(started.fake.visits.size).toBe(0), {timeout: 10_000})
  })
})

const visitOf = (id: string) => ({
  snapshotId: id,
  title: id.toUpperCase(),
  visitCount: 2,
  firstVisitedAt: 1,
  lastVisitedAt: 2,
  isDeleted: false,
})
