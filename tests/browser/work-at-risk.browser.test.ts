import {afterEach, expect, test} from 'vitest'
import type {KeepspaceOptions} from '../../src/host/options.ts'
import {createKeepspace} from '../../src/keepspace.ts'
import {localforageStorage} from '../../src/localforage.ts'
import {seededRandom} from '../kill/random.ts'
import {deleteDatabase} from '../services/storage/browser-database.ts'
import {note} from '../support/definitions.ts'

const names: string[] = []

afterEach(async () => {
  await Promise.all(names.splice(0).map(deleteDatabase))
})

test('while a person sees the page and types, 99 of 100 edits are durable within 1.2 seconds', async () => {
  const {p99, count} = await type({ms: 7_000})
  expect(count).toBeGreaterThan(60)
  expect(p99).toBeLessThanOrEqual(1_200)
}, 30_000)

test('a later save is found out', async () => {
  const {p99} = await type({ms: 3_000, pacing: {maxWaitMs: 2_500, atRiskMs: 3_000}})
  expect(p99).toBeGreaterThan(1_200)
}, 30_000)

/**
 * Types in bursts. An edit is at risk from the moment it is made until a save is acknowledged that began after it: what a
 * save carries is captured after its attempt is announced.
 */
async function type({ms, pacing}: {readonly ms: number; readonly pacing?: KeepspaceOptions['pacing']}) {
  const name = `risk-${crypto.randomUUID()}`
  names.push(name)
  const random = seededRandom('typing')
  const keepspace = createKeepspace({
    namespace: name,
    components: [note],
    storage: localforageStorage({name, heal: false}),
    ...(pacing && {pacing}),
  })
  keepspace.open('home', {create: {title: 'Home'}})
  keepspace.activate('home')
  await keepspace.whenReady('home')
  keepspace.workspace('home').add(note, {id: 'n'})
  await keepspace.persist('home', 'explicit')

  let unsaved: number[] = []
  let carried: number[] = []
  const waits: number[] = []
  keepspace.on('save_attempt', () => {
    carried = [...unsaved]
  })
  keepspace.on('save_success', () => {
    waits.push(...carried.map((madeAt) => performance.now() - madeAt))
    unsaved = unsaved.filter((madeAt) => !carried.includes(madeAt))
    carried = []
  })
  expect(document.visibilityState).toBe('visible')
  let count = 0
  for (const endsAt = performance.now() + ms; performance.now() < endsAt; ) {
    for (let letters = random.between(1, 40); letters > 0; letters -= 1) {
      count += 1
      unsaved.push(performance.now())
      keepspace
        .workspace('home')
        .component(note, 'n')
        .set({text: `${count} `.repeat(200)})
      await pause(random.between(20, 120))
    }
    await pause(random.between(0, 500))
  }
  while (unsaved.length > 0) {
    await pause(20)
  }
  await keepspace.dispose()
  waits.sort((one, other) => one - other)
  return {count, p99: waits[Math.ceil(waits.length * 0.99) - 1] ?? 0}
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
