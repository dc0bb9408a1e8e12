import {describe, expect, test} from 'vitest'
import {createStore} from 'zustand/vanilla'
import type {Source} from '../../src/model/source.ts'
import {startWithNote} from '../support/start-keepspace.ts'

type Document = {readonly title: string; readonly pages: Readonly<Record<string, string>>}

/** A zustand store that knows nothing of Keepspace, and the few lines that connect it: one record per page. */
function createDocument(initial: Document = {title: 'Untitled', pages: {}}) {
  const store = createStore<Document>(() => initial)
  let isHydrating = false
  const source: Source = {
    subscribe: (dirty) =>
      store.subscribe((next, before) => {
        if (isHydrating) {
          return
        }
        const pages = new Set([...Object.keys(next.pages), ...Object.keys(before.pages)])
        const changed = [...pages].filter((page) => next.pages[page] !== before.pages[page])
        dirty([...changed.map((page) => `page-${page}`), ...(next.title === before.title ? [] : ['title'])])
      }),
    capture: (keys) => {
      const {title, pages} = store.getState()
      const all: Record<string, string> = {title}
      for (const [page, text] of Object.entries(pages)) {
        all[`page-${page}`] = text
      }
      return keys === 'all' ? all : Object.fromEntries(keys.map((key) => [key, all[key]]))
    },
    hydrate: (records) => {
      isHydrating = true
      const pages = Object.entries(records).filter(([key]) => key.startsWith('page-'))
      store.setState({
        title: String(records.title),
        pages: Object.fromEntries(pages.map(([key, text]) => [key.slice(5), String(text)])),
      })
      isHydrating = false
    },
  }
  return {store, source}
}

const editPage = (page: string, text: string) => (before: Document) => ({pages: {...before.pages, [page]: text}})

describe('a zustand store attached as a source', () => {
  test('that is detached gives the place back that it kept', async () => {
    const {keepspace, time, workspace} = await startWithNote({cap: 1}, ['a', 'b'])
    const {source} = createDocument()
    const detach = workspace.attach('doc', source, {type: 'document'})
    await time.advanceAsync(500)
    keepspace.activate('b')
    keepspace.hide('a')
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot().hot).toEqual(['b', 'a'])
    detach()
    await time.advanceAsync(1_000)
    expect(keepspace.getSnapshot().hot).toEqual(['b'])
  })

  test('is saved record by record and restored, without knowing of Keepspace', async () => {
    const {workspace, time, log, again} = await startWithNote()
    const {store, source} = createDocument()
    workspace.attach('doc', source, {type: 'document'})
    await time.advanceAsync(2_000)
    log.commits.length = 0

    store.setState(editPage('1', 'first page'))
    store.setState(editPage('2', 'second page'))
    await time.advanceAsync(500)
    expect(log.commits[0]?.groups[0]?.puts.map(({key}) => key.split('/').at(-1))).toEqual([
      'a',
      'title',
      'page-1',
      'page-2',
    ])

    store.setState(editPage('2', 'second page, edited'))
    await time.advanceAsync(500)
    expect(log.commits[1]?.groups[0]?.puts.map(({key}) => key.split('/').at(-1))).toEqual(['a', 'page-2'])

    store.setState({pages: {2: 'second page, edited'}})
    await time.advanceAsync(500)
    expect(log.commits[2]?.groups[0]?.deletes.map((key) => key.split('/').at(-1))).toEqual(['page-1'])

    const second = await again()
    const restored = createDocument()
    second.workspace('a').attach('doc', restored.source, {type: 'document'})
    await second.whenReady('a')
    expect(restored.store.getState()).toEqual({title: 'Untitled', pages: {2: 'second page, edited'}})
    log.commits.length = 0
    await time.advanceAsync(5_000)
    expect(log.commits).toEqual([])
  })

  test('keeps its workspace in memory besides the cap, because evicting it would free nothing', async () => {
    const {keepspace, workspace, time} = await startWithNote({cap: 1}, ['a', 'b', 'c'])
    const {source} = createDocument()
    const detach = workspace.attach('doc', source, {type: 'document'})
    keepspace.activate('b')
    keepspace.hide('a')
    await time.advanceAsync(100)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['b', 'a'], isOverCap: false})
    detach()
    keepspace.activate('c')
    keepspace.hide('b')
    await time.advanceAsync(100)
    expect(keepspace.getSnapshot()).toMatchObject({hot: ['c'], isOverCap: false})
  })

  test('that can drop its content is evicted, dropped and told', async () => {
    const {keepspace, workspace, time} = await startWithNote({cap: 1}, ['a', 'b'])
    const {store, source} = createDocument()
    const told: string[] = []
    workspace.attach(
      'doc',
      {...source, release: () => void told.push('released')},
      {
        type: 'document',
        onDetach: () => void told.push('detached'),
      },
    )
    store.setState(editPage('1', 'text'))
    keepspace.activate('b')
    keepspace.hide('a')
    await time.advanceAsync(500)
    expect(keepspace.getStatus('a').phase).toBe('cold')
    expect(told).toEqual(['detached', 'released'])
  })

  test('that throws while it is captured is set aside by name, and its siblings are saved', async () => {
    const {keepspace, workspace, component, time, again} = await startWithNote()
    const {store, source} = createDocument()
    workspace.attach(
      'doc',
      {
        ...source,
        capture: () => {
          throw new Error('editor is gone')
        },
      },
      {type: 'document'},
    )
    store.setState(editPage('1', 'text'))
    component.set({text: 'sibling'})
    await time.advanceAsync(500)
    expect(keepspace.getStatus('a').problems).toMatchObject([
      {componentId: 'doc', kind: 'setAside', error: {code: 'source.failed'}},
    ])
    const second = await again()
    await second.whenReady('a')
    expect(
      second
        .workspace('a')
        .getComponents()
        .map(({id}) => id),
    ).toEqual(['n1'])
  })

  test('whose records were written by a newer version is shown and never written', async () => {
    const {workspace, time, again, log} = await startWithNote()
    const first = createDocument()
    workspace.attach('doc', first.source, {type: 'document', version: 2})
    first.store.setState(editPage('1', 'from version 2'))
    await time.advanceAsync(500)
    const second = await again()
    const older = createDocument()
    second.workspace('a').attach('doc', older.source, {type: 'document', version: 1})
    await second.whenReady('a')
    expect(older.store.getState().pages).toEqual({1: 'from version 2'})
    log.commits.length = 0
    older.store.setState(editPage('1', 'from version 1'))
    await time.advanceAsync(500)
    expect(log.commits).toEqual([])
    expect(second.getStatus('a').problems).toMatchObject([{componentId: 'doc', error: {code: 'record.newer'}}])
  })
})
