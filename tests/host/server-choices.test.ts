import {describe, expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import type {WorkspaceServer} from '../../src/model/workspace-server.ts'
import {createOwnServer} from '../support/own-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

/** The same note was changed here and by another device. `slowly` has the server take its time to show what it has. */
async function startConflict() {
  const own = createOwnServer()
  let hold = Promise.resolve()
  const server: WorkspaceServer = {
    ...own.server,
    load: async (id, options) => {
      await hold
      return own.server.load(id, options)
    },
  }
  const started = await startWithNote({}, ['a'])
  const {time, component, keepspace} = started
  const saves = createServerSaves(keepspace, {server})
  onTestFinished(() => saves.close())
  await time.advanceAsync(5_000)
  const changeThere = (text: string) =>
    own.change('a', (document) => ({
      ...document,
      components: document.components.map((one) => ({...one, records: {state: {text}}})),
    }))
  changeThere('theirs')
  component.set({text: 'mine'})
  await time.advanceAsync(5_000)
  const slowly = () => {
    let release = () => {}
    hold = new Promise((resolve) => {
      release = resolve
    })
    return () => {
      hold = Promise.resolve()
      release()
    }
  }
  return {...started, own, saves, changeThere, slowly}
}

describe('a workspace in conflict', () => {
  test.each(['theirs', 'both', 'merge'] as const)(
    'that is typed in while %s is carried out loses none of it',
    async (choice) => {
      const {time, saves, slowly, component, storage} = await startConflict()
      const release = slowly()
      const chosen = saves.resolve('a', choice)
      await time.advanceAsync(100)
      component.set({text: 'typed'})
      await time.advanceAsync(2_000)
      release()
      await finish(time, chosen)
      const records = await (await storage.target.open()).readPrefix('')
      const states = records.filter(({key}) => key.endsWith('/state')).map(({value}) => JSON.stringify(value))
      expect(states.filter((state) => state.includes('typed'))).not.toEqual([])
    },
  )

  test.each(['mine', 'merge'] as const)(
    'does not become %s over a version that came after the comparison',
    async (choice) => {
      const {time, saves, own, changeThere} = await startConflict()
      await finish(time, saves.readConflict('a'))
      changeThere('never seen')
      await expect(finish(time, saves.resolve('a', choice))).rejects.toMatchObject({code: 'revision.conflict'})
      await time.advanceAsync(10_000)
      expect(JSON.stringify(own.document('a'))).toContain('never seen')
      expect(saves.getSnapshot().unsent).toMatchObject([{reason: 'conflict'}])
      const {theirs} = await finish(time, saves.readConflict('a'))
      expect(JSON.stringify(theirs)).toContain('never seen')
      await finish(time, saves.resolve('a', choice))
      await time.advanceAsync(10_000)
      expect(JSON.stringify(own.document('a'))).toContain('mine')
    },
  )
})
