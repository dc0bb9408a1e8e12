import {afterEach, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import type {Keepspace} from '../../src/model/handles.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import {note} from '../support/definitions.ts'

const opened: Keepspace[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((keepspace) => keepspace.purge()))
})

test('what was typed while a workspace was read for ever is there after the page was closed and opened again', async () => {
  const name = `hanging-load-${crypto.randomUUID()}`
  const first = open(name)
  first.open('a', {create: {title: 'A'}}).add(note, {id: 'n1', state: {text: 'stored'}})
  expect((await first.persist('a', 'explicit')).status).toBe('saved')
  await first.dispose()

  const page = document.createElement('iframe')
  const told = new Promise((resolve) =>
    addEventListener('message', ({source, data}) => source === page.contentWindow && resolve(data)),
  )
  const script = JSON.stringify(`${new URL('./hanging-page.ts', import.meta.url)}#${name}`)
  page.srcdoc = `<script type="module">import(${script}).catch((error) => parent.postMessage(String(error), '*'))</script>`
  document.body.append(page)
  expect(await told).toEqual({phase: 'loading'})
  page.remove()

  const next = open(name)
  opened.push(next)
  next.open('a')
  await next.whenReady('a')
  expect(next.workspace('a').component(note, 'n1').getState()).toEqual({text: 'typed while it hung'})
})

function open(name: string): Keepspace {
  return createKeepspace({namespace: 'test', components: [note], storage: localforageStorage({name})})
}
