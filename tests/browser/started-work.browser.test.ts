import * as v from 'valibot'
import {afterEach, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {defineComponent} from '../../src/model/component-definition.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import {deleteDatabase} from '../services/storage/browser-database.ts'

const name = `started-${crypto.randomUUID()}`

afterEach(() => deleteDatabase(name))

/** A page of an app whose folders take up their uploads. */
async function start() {
  const handed: unknown[] = []
  const stopped: string[] = []
  const folder = defineComponent({
    type: 'folder',
    version: 1,
    schema: v.object({}),
    initial: {},
    operation: {
      goOn: (work) => {
        handed.push({name: work.name, progress: work.progress, startedAt: work.startedAt})
        return () => void stopped.push(work.name)
      },
    },
  })
  const keepspace = createKeepspace({
    namespace: name,
    components: [folder],
    storage: localforageStorage({name}),
    cap: 1,
  })
  const open = async (id: string) => {
    for (const hot of keepspace.getSnapshot().hot) {
      keepspace.hide(hot)
    }
    keepspace.open(id, {create: {title: id}})
    keepspace.activate(id)
    await keepspace.whenReady(id)
  }
  await open('home')
  keepspace.workspace('home').add(folder, {id: 'f', ifAbsent: true})
  return {keepspace, open, handed, stopped, card: keepspace.workspace('home').component(folder, 'f')}
}

test('an upload that the app started leaves memory with its workspace, and is taken up by the next opening and the next page', async () => {
  const first = await start()
  const startedAt = Date.now()
  first.card.startOperation({name: 'upload', resume: 'remaining', onStop: () => void first.stopped.push('upload')})
  first.card.reportProgress('upload', 0.4)
  await first.open('other')
  await expect.poll(() => first.keepspace.getStatus('home').phase).toBe('cold')
  expect(first.stopped).toEqual(['upload'])

  await first.open('home')
  const taken = {
    name: 'upload',
    progress: 0.4,
    startedAt: expect.toSatisfy((at: number) => Math.abs(at - startedAt) < 5_000),
  }
  expect(first.handed).toEqual([taken])
  first.card.reportProgress('upload', 0.7)
  await first.keepspace.dispose()

  const second = await start()
  expect(second.handed).toEqual([{...taken, progress: 0.7}])
  expect(second.keepspace.workspace('home').getOperations()).toMatchObject([{name: 'upload', isResumable: true}])
  second.card.stopOperation('upload')
  await second.keepspace.dispose()

  const third = await start()
  expect([third.handed, third.keepspace.workspace('home').getWaitingOperations()]).toEqual([[], []])
  await third.keepspace.dispose()
})
