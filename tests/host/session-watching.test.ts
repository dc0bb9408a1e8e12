import {describe, expect, test, vi} from 'vitest'
import type {PageEvent} from '../../src/model/page-lifecycle.ts'
import type {SessionServer} from '../../src/model/session-server.ts'
import type {Time} from '../../src/model/time.ts'
import type {SessionEvent} from '../../src/model/wire/documents.ts'
import {systemTime} from '../../src/services/time/system-time.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {startSession} from '../support/start-session.ts'

/** The clock of the machine, on which no poll ever comes: what is asked is asked for another reason. */
const withoutPolls: Time = {
  ...systemTime,
  setTimeout: (callback, delayMs) => systemTime.setTimeout(delayMs < 5_000 ? callback : () => undefined, delayMs),
}

/** A watched session whose first question was answered. */
async function startWatched(more: Partial<SessionServer> = {}) {
  const page = createFakePage()
  const started = await startSession({lifecycle: page.lifecycle, time: withoutPolls}, more)
  const {sessions, fake, entryId, becomes} = started
  await becomes('saved')
  const looks = () => fake.asked.filter((name) => name === 'readSessionMetadata').length
  const looked = (times: number) => vi.waitFor(() => expect(looks()).toBe(times))
  const stop = sessions.watch(entryId)
  await looked(1)
  await quiet()
  return {...started, page, looks, looked, stop}
}

/** What an event sets off without waiting is under way after a few turns. */
async function quiet() {
  for (let turns = 0; turns < 5; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('a watched session', () => {
  test.each<PageEvent>(['focused', 'online'])('is asked about at once when the page is %s', async (event) => {
    const {page, looked} = await startWatched()
    page.emit(event)
    await looked(2)
  })

  test.each<PageEvent>(['hidden', 'frozen', 'leaving'])(
    'is not asked about when the page is %s, and at once when it is visible again',
    async (event) => {
      const {page, looks, looked} = await startWatched()
      page.emit(event)
      page.emit('online')
      await quiet()
      expect(looks()).toBe(1)
      page.emit('visible')
      await looked(2)
    },
  )

  test('that was deleted on the server is known as gone with the next look, and asked about again with a focus only', async () => {
    const {page, sessions, fake, entryId, looks, looked, becomes} = await startWatched()
    fake.sessions.delete('s1')
    page.emit('focused')
    expect(await becomes('gone')).toMatchObject({error: {code: 'session.gone'}})
    await quiet()
    page.emit('online')
    await quiet()
    expect(looks()).toBe(2)
    await fake.put('s1', 'Plans', fake.snapshots)
    page.emit('focused')
    await looked(3)
    await vi.waitFor(() => expect(sessions.getStatus(entryId).phase).not.toBe('gone'))
  })

  test('is known as gone as soon as the server tells that it was deleted', async () => {
    let tell: (event: SessionEvent) => void = () => undefined
    const {fake, becomes} = await startWatched({
      watchSession: (_, listener, {signal}) => {
        tell = listener
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
      },
    })
    fake.sessions.delete('s1')
    tell({type: 'deleted', id: 's1'})
    await becomes('gone')
  })

  test('is asked about as the one that its entry belongs to now', async () => {
    const {sessions, fake, entryId, page, looked, becomes} = await startWatched()
    await sessions.saveAs(entryId, {title: 'Other'})
    await looked(2)
    await quiet()
    await becomes('saved')
    await fake.put('s2', 'Other', {})
    page.emit('focused')
    await vi.waitFor(() => expect(sessions.getStatus(entryId)).toMatchObject({sessionId: 's2', isBehind: true}))
  })

  test('is not asked about any more when its entry was detached', async () => {
    const {sessions, entryId, page, looks} = await startWatched()
    await sessions.detach(entryId)
    page.emit('focused')
    await quiet()
    expect([looks(), sessions.getStatus(entryId).phase]).toEqual([1, 'none'])
  })
})
