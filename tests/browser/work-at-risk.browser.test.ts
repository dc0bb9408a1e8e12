import {expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {localforageStorage} from '../../src/localforage.ts'
import {note} from '../support/definitions.ts'

test('in a real browser an edit is durable within 1.2 seconds in 99 of 100 cases while a person types', async () => {
  const keepspace = createKeepspace({
    namespace: 'risk',
    components: [note],
    storage: localforageStorage({name: `risk-${crypto.randomUUID()}`}),
  })
  const workspace = keepspace.activate('w')
  keepspace.open('w', {create: {title: 'W'}})
  workspace.add(note, {id: 'n'})
  await workspace.save()
  const component = workspace.component(note, 'n')
  const waiting: number[] = []
  const waits: number[] = []
  workspace.subscribe(() => {
    if (workspace.getStatus().save === 'saved') {
      waits.push(...waiting.splice(0).map((at) => performance.now() - at))
    }
  })
  for (let edit = 0; edit < 300; edit += 1) {
    component.set({text: `edit ${edit}`})
    waiting.push(performance.now())
    await new Promise((resolve) => setTimeout(resolve, 10 + (edit % 7) * 8))
  }
  await expect.poll(() => waiting.length).toBe(0)
  waits.sort((a, b) => a - b)
  expect(waits.length).toBe(300)
  expect(waits[Math.floor(waits.length * 0.99)]).toBeLessThanOrEqual(1_200)
  await keepspace.dispose()
}, 60_000)
