import {describe, expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {adviceFor} from '../../src/model/health.ts'
import {createOwnServer} from '../support/own-server.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'
import {startSession} from '../support/start-session.ts'

describe('the health of workspaces that are saved to a server', () => {
  test('has no server leg where there is no server', async () => {
    const {keepspace} = await startWithNote()
    expect(keepspace.getHealth().server).toBeUndefined()
  })

  test('is reachable with the time of the last answer, and the same object until something changes', async () => {
    const {keepspace, answeredAt} = await startSaving()
    const health = keepspace.getHealth()
    expect(health).toMatchObject({state: 'healthy', issues: []})
    expect(health.server).toEqual({
      link: 'reachable',
      waiting: 0,
      oldestWaitingAt: undefined,
      lastAnswer: {at: answeredAt, error: undefined},
    })
    expect(keepspace.getHealth()).toBe(health)
  })

  test('counts what waits since its first change while the server gives no answer, and recovers', async () => {
    const {keepspace, time, own, write, heard} = await startSaving(['a', 'b'])
    own.faults.push(...Array<number>(20).fill(503))
    const before = time.now()
    write('one')
    await time.advanceAsync(5_000)
    write('two')
    await finish(time, keepspace.catalogue.renameWorkspace('b' as never, 'B'))
    await time.advanceAsync(20_000)
    const {issues, server, state} = keepspace.getHealth()
    expect([state, issues.map((issue) => [issue.state, issue.workspaces, issue.error?.code, issue.advice])]).toEqual([
      'unreachable',
      [['unreachable', [], 'server.busy', adviceFor('unreachable')]],
    ])
    expect(server).toMatchObject({link: 'unreachable', waiting: 2, lastAnswer: {error: {code: 'server.busy'}}})
    const waitedSince = server?.oldestWaitingAt ?? 0
    expect(waitedSince).toBeGreaterThan(before)
    expect(waitedSince).toBeLessThan(before + 2_000)
    own.faults.length = 0
    const timesHeard = heard.count
    await time.advanceAsync(120_000)
    expect(heard.count).toBeGreaterThan(timesHeard)
    expect(keepspace.getHealth()).toMatchObject({state: 'healthy', server: {link: 'reachable', waiting: 0}})
  })

  test('is paused until a new token comes', async () => {
    const {keepspace, time, own, saves, write, heard} = await startSaving()
    own.faults.push(401)
    write('one')
    await time.advanceAsync(60_000)
    expect(heard.last).toBe(keepspace.getHealth())
    expect(keepspace.getHealth()).toMatchObject({
      state: 'unauthorized',
      issues: [{state: 'unauthorized', advice: adviceFor('unauthorized'), error: {code: 'server.unauthorized'}}],
      server: {link: 'paused.unauthorized', waiting: 1},
    })
    saves.tokenDelivered()
    await time.advanceAsync(1_000)
    expect(keepspace.getHealth()).toMatchObject({state: 'healthy', server: {link: 'reachable', waiting: 0}})
  })

  test('names what another device changed, and what the server refused; neither waits', async () => {
    const {keepspace, time, own, write, heard} = await startSaving(['a', 'b'])
    own.change('a', (document) => ({...document, title: 'theirs'}))
    write('mine')
    await time.advanceAsync(5_000)
    own.faults.push(413)
    await finish(time, keepspace.catalogue.renameWorkspace('b' as never, 'B'))
    await time.advanceAsync(5_000)
    const {issues, server} = keepspace.getHealth()
    expect(issues.map(({state, workspaces, error}) => [state, workspaces, error?.code])).toEqual([
      ['conflict', ['a'], undefined],
      ['refused', ['b'], 'value.tooLarge'],
    ])
    expect(server).toMatchObject({link: 'reachable', waiting: 0})
    expect(heard.last).toBe(keepspace.getHealth())
  })

  test('says only that there is no network where there is none', async () => {
    const lifecycle = {
      subscribe: () => () => undefined,
      getState: () => ({isVisible: true, isFocused: true, isOnline: false}),
    }
    const {keepspace, time, own, write} = await startSaving(['a'], {lifecycle})
    own.faults.push(...Array<number>(20).fill(503))
    write('one')
    await time.advanceAsync(5_000)
    const {issues, server} = keepspace.getHealth()
    expect([issues.map(({state}) => state), server?.link]).toEqual([['offline'], 'unreachable'])
  })

  test('is gone when nothing is sent any more', async () => {
    const {keepspace, saves} = await startSaving()
    saves.close()
    expect(keepspace.getHealth().server).toBeUndefined()
  })
})

describe('the health of sessions', () => {
  test('follows every answer, counts saves that wait, and names what a person has to decide', async () => {
    const {keepspace, fake, sessions, entryId, workspaceId, write, becomes} = await startSession()
    expect(keepspace.getHealth().server).toMatchObject({link: 'reachable', waiting: 0})
    fake.fault = 'server.offline'
    await write('two')
    await becomes('changed')
    expect(keepspace.getHealth().server?.waiting).toBe(0)
    await sessions.save(entryId)
    expect(keepspace.getHealth()).toMatchObject({state: 'unreachable', server: {link: 'unreachable', waiting: 1}})
    const {oldestWaitingAt} = keepspace.getHealth().server ?? {}
    expect(oldestWaitingAt).toBe(sessions.getStatus(entryId).changedAt)

    fake.fault = undefined
    await fake.put('s1', 'Plans', {})
    expect(await sessions.save(entryId)).toMatchObject({status: 'conflict'})
    expect(keepspace.getHealth()).toMatchObject({
      state: 'conflict',
      issues: [{workspaces: [workspaceId]}],
      server: {link: 'reachable', waiting: 0},
    })
  })

  test('is paused after any refusal of who asks, until a new token comes', async () => {
    const {keepspace, fake, sessions} = await startSession()
    fake.fault = 'server.unauthorized'
    await expect(sessions.server.listSessions()).rejects.toMatchObject({code: 'server.unauthorized'})
    expect(keepspace.getHealth().server?.link).toBe('paused.unauthorized')
    sessions.tokenDelivered()
    expect(keepspace.getHealth().server?.link).toBe('unknown')
    fake.fault = undefined
    await sessions.server.listSessions()
    expect(keepspace.getHealth().server?.link).toBe('reachable')
  })

  test('does not count what nobody waits for any more as no answer', async () => {
    const {keepspace, fake, sessions} = await startSession()
    const abort = new AbortController()
    fake.fault = 'server.offline'
    const asked = sessions.server.readSessionMetadata('s1', {signal: abort.signal})
    abort.abort()
    await expect(asked).rejects.toMatchObject({code: 'server.offline'})
    expect(keepspace.getHealth().server?.link).toBe('reachable')
  })
})

async function startSaving(ids: readonly string[] = ['a'], more: Parameters<typeof startWithNote>[0] = {}) {
  const own = createOwnServer()
  const started = await startWithNote(more, ids)
  const heard = {count: 0, last: started.keepspace.getHealth()}
  started.keepspace.subscribe(() => {
    heard.count += 1
    heard.last = started.keepspace.getHealth()
  })
  const saves = createServerSaves(started.keepspace, {server: own.server})
  onTestFinished(() => saves.close())
  const answeredAt = started.time.now()
  await started.time.advanceAsync(5_000)
  return {...started, own, saves, heard, answeredAt, write: (text: string) => started.component.set({text})}
}
