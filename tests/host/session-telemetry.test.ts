import {expect, onTestFinished, test} from 'vitest'
import {createServerSaves} from '../../src/host/outbox/server-saves.ts'
import {sessionTargets} from '../../src/model/telemetry.ts'
import {createOwnServer} from '../support/own-server.ts'
import {startWithNote} from '../support/start-keepspace.ts'
import {startSession} from '../support/start-session.ts'

test('saves of sessions are counted with their sizes and times, refusals and conflicts apart, within their targets', async () => {
  const {keepspace, sessions, fake, entryId, write, becomes} = await startSession()
  await becomes('saved')
  const before = keepspace.telemetry.counters().sessions
  await write('two')
  await sessions.save(entryId)
  fake.fault = 'value.tooLarge'
  await write('three')
  await sessions.save(entryId)
  fake.fault = undefined
  await fake.put('s1', 'Plans', {})
  await sessions.save(entryId)
  await sessions.lookAgain(entryId)
  const counters = keepspace.telemetry.counters().sessions
  expect([before.saves, before.saveSuccessRate, before.polls]).toEqual([0, undefined, 0])
  expect(counters).toMatchObject({saves: 1, failures: 1, conflicts: 1, sizeRefusals: 1, saveSuccessRate: 0.5, polls: 1})
  expect(counters.meanBytes).toBeGreaterThan(100)
  expect(counters.largestBytes).toBeGreaterThanOrEqual(counters.meanBytes ?? 0)
  expect(counters.pollsPerHour).toBeGreaterThan(0)
  for (const name of ['meanReadMs', 'meanHashMs', 'meanSaveMs'] as const) {
    expect(counters[name]).toBeGreaterThanOrEqual(0)
    expect(counters[name]).toBeLessThan(sessionTargets[name])
  }
  const entries = keepspace.telemetry.recent().filter(({type}) => type.startsWith('session_'))
  expect(entries.filter(({entryId: of}) => of !== entryId)).toEqual([])
  expect(JSON.stringify(entries)).not.toMatch(/two|three|Plans/)
})

test('a session that is opened, and work that is recovered or cannot be discarded, are counted', async () => {
  const {fake, entryId, write, becomes, sessions, again} = await startSession()
  await becomes('saved')
  await write('unsent')
  await becomes('changed')
  const {keepspace, sessions: later} = await again()
  await later.recovery.look()
  fake.fault = 'server.offline'
  await expect(later.recovery.discard(entryId)).rejects.toMatchObject({code: 'server.offline'})
  fake.fault = undefined
  await later.recovery.look()
  await later.recovery.recover(entryId)
  await fake.put('s9', 'Elsewhere', (await sessions.server.readSession('s1')).content)
  await later.open('s9')
  const {recoverySuccessRate, meanLoadMs} = keepspace.telemetry.counters().sessions
  expect(recoverySuccessRate).toBe(0.5)
  expect(meanLoadMs).toBeGreaterThanOrEqual(0)
})

test('what goes to a server in the background is counted, and what does not arrive', async () => {
  const {keepspace, time, component} = await startWithNote()
  const own = createOwnServer()
  const saves = createServerSaves(keepspace, {server: own.server})
  onTestFinished(() => saves.close())
  await time.advanceAsync(5_000)
  own.faults.push(503)
  component.set({text: 'one'})
  await time.advanceAsync(20_000)
  expect(own.version('a')).toBe(2)
  expect(keepspace.telemetry.counters().sessions.backgroundSuccessRate).toBeCloseTo(2 / 3)
})
