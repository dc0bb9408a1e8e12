import {describe, expect, test} from 'vitest'
import type {Keepspace} from '../../src/model/handles.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const ids = ['a', 'b', 'c', 'd', 'e']

/** One after the other is seen, under a cap of two. */
async function visitAll(started: Awaited<ReturnType<typeof startWithNote>>) {
  const {keepspace, time} = started
  for (const [index, id] of ids.entries()) {
    keepspace.activate(id)
    for (const before of ids.slice(0, index)) {
      keepspace.hide(before)
    }
    keepspace.workspace(id).add(note, {id: 'n', state: {text: id}})
    await time.advanceAsync(3_000)
  }
}

describe('a callback before an eviction', () => {
  test.each<[string, (keepspace: Keepspace, id: string) => Promise<unknown>]>([
    ['saves the workspace', (keepspace, id) => keepspace.persist(id, 'explicit')],
    ['saves it by its handle', (keepspace, id) => keepspace.workspace(id).save()],
    ['saves everything', (keepspace) => keepspace.flush()],
    [
      'edits it, saves it, edits and saves it again',
      async (keepspace, id) => {
        keepspace
          .workspace(id)
          .component(note, 'n')
          .set({text: `${id} once`})
        await keepspace.persist(id, 'explicit')
        keepspace
          .workspace(id)
          .component(note, 'n')
          .set({text: `${id} twice`})
        await keepspace.persist(id, 'explicit')
      },
    ],
  ])('that %s holds nobody up', async (_, work) => {
    const started = await startWithNote({cap: 2}, ids)
    const {keepspace, events} = started
    const ended: string[] = []
    keepspace.beforeEviction(async (id) => {
      await work(keepspace, id)
      ended.push(`${id} ${keepspace.getStatus(id).phase}`)
    })
    await visitAll(started)
    expect(keepspace.getSnapshot().hot).toEqual(['e', 'a'])
    expect(events.filter(({type}) => type === 'eviction_refused' || type === 'eviction_degraded')).toEqual([])
    // Memory is given back only after the callback has ended.
    expect(ended).toEqual(['b evicting', 'c evicting', 'd evicting'])
    keepspace.open('b')
    const reopened = await finish(started.time, keepspace.whenReady('b'))
    expect(['b', 'b twice']).toContain(reopened.component(note, 'n').getState()?.text)
  })

  test('that refuses after it has saved keeps the workspace in memory', async () => {
    const started = await startWithNote({cap: 5}, ids)
    const {keepspace, time} = started
    await visitAll(started)
    keepspace.beforeEviction(async (id) => {
      await keepspace.persist(id, 'explicit')
      throw new Error('not now')
    })
    expect(await finish(time, keepspace.unload('a'))).toMatchObject({status: 'refused'})
    expect([keepspace.getStatus('a').phase, keepspace.getStatus('a').save]).toEqual(['hot', 'saved'])
  })

  test('that saves and then does not end is not waited for longer than its bound', async () => {
    const started = await startWithNote({cap: 5}, ids)
    const {keepspace, time} = started
    await visitAll(started)
    keepspace.beforeEviction(async (id) => {
      await keepspace.persist(id, 'explicit')
      await new Promise<void>(() => undefined)
    })
    const beganMs = time.now()
    expect(await finish(time, keepspace.unload('a'))).toMatchObject({status: 'refused'})
    expect(time.now() - beganMs).toBeLessThan(2_100)
  })
})
