import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import {workspaceId} from '../../src/model/ids.ts'
import type {SaveOutcome} from '../../src/model/save.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const scope = 'scope/test%2Flocal/'
const stateKey = `${scope}c/a/n1/state`
const previousKey = `${scope}previous/a/n1/state`

/** One note; `save` flushes it to disk, `pass` lets it be saved by itself. */
async function start(options: Parameters<typeof startWithNote>[0] = {}) {
  const target = memoryStorage({isPersistent: true})
  const started = await startWithNote({target, ...options})
  const {keepspace, time, component, again} = started
  const port = await target.open()
  const read = async (key: string) => (await port.read([{key}]))[0]?.[0]?.value as {json: string} | undefined
  return {
    ...started,
    port,
    set: (text: string) => component.set({text}),
    save: (): Promise<SaveOutcome> => finish(time, keepspace.persist('a', 'explicit')),
    pass: () => time.advanceAsync(2_000),
    previous: async () => JSON.parse((await read(previousKey))?.json ?? 'null') as unknown,
    /** Flips a bit of what is stored, and opens the workspace in a new page. */
    damage: async () => {
      port.putNow?.([{key: stateKey, value: {...(await read(stateKey)), json: '{"text":"flipped"}'}}])
      const next = await again({lifecycle: createFakePage().lifecycle})
      next.activate('a')
      await finish(time, next.whenReady('a'))
      return next
    },
  }
}

describe('what is stored before a save that is flushed to disk', () => {
  test('is kept as one copy of each record that the save changes', async () => {
    const {set, save, previous} = await start()
    set('one')
    await save()
    expect(await previous()).toEqual({text: ''})
    set('two')
    await save()
    set('three')
    await save()
    expect(await previous()).toEqual({text: 'two'})
  })

  test('is what was flushed before, not what was saved a moment ago by itself', async () => {
    const {set, save, pass, previous} = await start()
    set('flushed')
    await save()
    set('saved by itself')
    await pass()
    expect(await previous()).toEqual({text: ''})
    set('saved by itself again')
    await pass()
    await save()
    expect(await previous()).toEqual({text: 'flushed'})
  })

  test('is not kept by a save that carries nothing new, and not twice', async () => {
    const {set, save, log} = await start()
    set('one')
    await save()
    await save()
    const kept = log.commits.flatMap(({groups}) =>
      groups.flatMap(({puts}) => puts.filter(({key}) => key === previousKey)),
    )
    expect(kept).toHaveLength(1)
  })

  test('is not kept where it is long, nor where there is hardly room for the save itself', async () => {
    const {set, save, previous, faults} = await start()
    set('x'.repeat(300_000))
    await save()
    expect(await previous()).toEqual({text: ''})
    set('short')
    await save()
    expect(await previous()).toEqual({text: ''})

    faults.fail('commit', new KeepspaceError('storage.quota'), 1)
    set('no room')
    expect((await save()).status).toBe('failed')
    set('just enough')
    expect((await save()).status).toBe('saved')
    expect(await previous()).toEqual({text: ''})
    set('room again')
    await save()
    expect(await previous()).toEqual({text: 'just enough'})
  })

  test('is left alone where another tab was the last to save', async () => {
    const {set, save, previous, again, time, keepspace} = await start()
    set('mine')
    await save()
    const other = await again({lifecycle: createFakePage().lifecycle})
    other.activate('a')
    await other.whenReady('a')
    other.workspace('a').component(note, 'n1').set({text: 'theirs'})
    await finish(time, other.persist('a', 'explicit'))
    expect(await previous()).toEqual({text: 'mine'})
    keepspace.workspace('a').add(note, {id: 'n2'})
    await save()
    expect(await previous()).toEqual({text: 'mine'})
  })
})

describe('a previous copy', () => {
  test('is offered once what is stored is damaged, and brought back by whoever wants it', async () => {
    const {set, save, damage, time, again, keepspace} = await start()
    set('one')
    await save()
    set('two')
    await save()
    expect(await keepspace.history.list('a')).toEqual([])

    const next = await damage()
    expect(next.getStatus('a').problems).toMatchObject([{componentId: 'n1', error: {code: 'record.corrupt'}}])
    const [item, ...more] = await next.history.list('a')
    expect([item, more]).toEqual([
      {
        id: expect.any(String),
        workspaceId: 'a',
        keptAt: expect.any(Number),
        reason: 'previous',
        components: [{componentId: 'n1', type: 'note'}],
        bytes: expect.any(Number),
      },
      [],
    ])
    const id = item?.id ?? ''
    expect((await next.history.read(id)).parts).toMatchObject([{componentId: 'n1', content: {text: 'one'}}])
    expect(await (await next.history.export(id)).blob.text()).toContain('one')

    expect(await finish(time, next.history.restore(id))).toEqual({restored: ['n1'], skipped: []})
    expect([next.workspace('a').component(note, 'n1').getState(), next.getStatus('a').problems]).toEqual([
      {text: 'one'},
      [],
    ])
    expect(await next.quarantine.list()).toMatchObject([{key: 'c/a/n1/state', reason: 'checksum'}])
    expect(await next.history.list('a')).toEqual([])
    const last = await again({lifecycle: createFakePage().lifecycle})
    await finish(time, last.whenReady('a'))
    expect(last.workspace('a').component(note, 'n1').getState()).toEqual({text: 'one'})
  })

  test('is never written over what is damaged by itself', async () => {
    const {set, save, damage, time, port} = await start()
    set('one')
    await save()
    const next = await damage()
    next.workspace('a').add(note, {id: 'n2'})
    await finish(time, next.persist('a', 'explicit'))
    expect((await port.read([{key: stateKey}]))[0]?.[0]?.value).toMatchObject({json: '{"text":"flipped"}'})
    expect(await next.history.list('a')).toHaveLength(1)
  })

  test('is counted, freed with an undo, and goes with its workspace', async () => {
    const {set, save, keepspace, previous, time} = await start()
    set('one')
    await save()
    const usage = async () => (await keepspace.storage.usage()).kinds.find(({kind}) => kind === 'previous')
    expect(await usage()).toEqual({
      kind: 'previous',
      count: 1,
      bytes: expect.any(Number),
      oldestAt: expect.any(Number),
    })
    const freed = await finish(time, keepspace.storage.free('previous'))
    expect([freed.count, await previous()]).toEqual([1, null])
    await finish(time, freed.undo?.() ?? Promise.reject())
    expect(await previous()).toEqual({text: ''})
    await finish(time, keepspace.catalogue.deleteWorkspace(workspaceId('a')))
    await finish(time, keepspace.storage.free('trash'))
    expect(await previous()).toBeNull()
  })
})
