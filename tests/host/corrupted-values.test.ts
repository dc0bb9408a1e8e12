import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note} from '../support/definitions.ts'
import {finish, startKeepspace, startWithNote} from '../support/start-keepspace.ts'

const scope = 'scope/test%2Flocal/'

/** Everything stored of a workspace with two notes. */
async function storedRecords() {
  const target = memoryStorage({isPersistent: true})
  const first = await startWithNote({target})
  first.component.set({text: 'first'})
  first.workspace.add(note, {id: 'n2', state: {text: 'second'}})
  await finish(first.time, first.keepspace.persist('a', 'explicit'))
  await finish(first.time, first.keepspace.dispose())
  return (await target.open()).readPrefix(scope)
}

const keys = ['c/a/n1/state', 'c/a/n1/.layout', 'c/a/n1/.tombstone', 'head/a', 'entry/entry', 'leave/a/t1'] as const

describe('any value in place of a stored record', () => {
  test('breaks nothing else: siblings open and are saved, and what was found is still there afterwards', async () => {
    const records = await storedRecords()
    const damage = fc.record({key: fc.constantFrom(...keys), value: fc.anything({withBigInt: true, withMap: true})})
    await fc.assert(
      fc.asyncProperty(damage, async ({key, value}) => {
        // Storage never answers `undefined`: that is what nothing looks like.
        fc.pre(value !== undefined && isClonable(value))
        const target = memoryStorage({isPersistent: true})
        const port = await target.open()
        port.putNow?.(records)
        port.putNow?.([{key: scope + key, value}])
        const {keepspace, time} = await startKeepspace({target})
        const isReady = await finish(
          time,
          keepspace.whenReady('a').then(
            () => true,
            () => false,
          ),
        )
        expect(isReady).toBe(key !== 'head/a')
        if (isReady) {
          keepspace.workspace('a').component(note, 'n2').set({text: 'edited'})
          expect(await finish(time, keepspace.persist('a', 'explicit'))).toMatchObject({status: 'saved'})
        }
        const [[found] = []] = await port.read([{key: scope + key}])
        const copies = await port.readPrefix(`${scope}quarantine/`)
        expect([found?.value, ...copies.map((copy) => (copy.value as {value: unknown}).value)]).toContainEqual(value)
        await finish(time, keepspace.dispose())
      }),
      {numRuns: 150},
    )
  })
})

function isClonable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
