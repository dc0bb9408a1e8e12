import {expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {createDocumentChanges} from '../../src/ui/document-changes.ts'

type Row = {readonly id: string; readonly title: string; readonly revision: number}
const row: Row = {id: 'a', title: 'A', revision: 1}

test('two quick names of a document are given one after the other, each on what the server has then', async () => {
  const {changes, shown, there} = startRow()
  await Promise.all([changes.rename(shown(), 'B'), changes.rename(shown(), 'C')])
  expect([shown(), there(), changes.getState().failed.size]).toEqual([
    {id: 'a', title: 'C', revision: 3},
    {id: 'a', title: 'C', revision: 3},
    0,
  ])
})

test('a refused name goes back to the last one that the server took, and the next one works', async () => {
  const {changes, shown, refuse} = startRow()
  refuse('C')
  await Promise.all([changes.rename(shown(), 'B'), changes.rename(shown(), 'C')])
  expect([shown(), changes.getState().failed.get('a')?.code]).toEqual([
    {id: 'a', title: 'B', revision: 2},
    'server.refused',
  ])
  await changes.rename(shown(), 'D')
  expect([shown(), changes.getState()]).toMatchObject([
    {title: 'D', revision: 3},
    {pending: new Set(), failed: new Map()},
  ])
})

test('what is deleted right after it was renamed is deleted as the server has it', async () => {
  const {changes, shown, there, time} = startRow()
  void changes.rename(shown(), 'B')
  changes.remove([shown()], 0)
  await time.advanceAsync(10)
  expect([there(), changes.getState().failed.size]).toEqual([undefined, 0])
})

function startRow() {
  const time = createSimulatedTime(1_000_000)
  const refused = new Set<string>()
  let stored: Row | undefined = row
  const take = (revision: number) => {
    if (stored?.revision !== revision) {
      throw new KeepspaceError('revision.conflict')
    }
    return stored
  }
  const changes = createDocumentChanges<Row>(
    {
      remove: async ({revision}) => {
        take(revision)
        stored = undefined
        return true
      },
      rename: async ({revision}, title) => {
        if (refused.has(title)) {
          throw new KeepspaceError('server.refused')
        }
        stored = {...take(revision), title, revision: revision + 1}
        return stored
      },
      note: () => undefined,
      undo: () => undefined,
    },
    time,
  )
  return {
    changes,
    time,
    there: () => stored,
    shown: () => changes.getState().renamed.get('a') ?? row,
    refuse: (title: string) => void refused.add(title),
  }
}
