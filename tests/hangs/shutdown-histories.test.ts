import {expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {ShutdownReport} from '../../src/model/shutdown.ts'
import {createFakePage} from '../../src/testing/fake-page.ts'
import {seededRandom} from '../kill/random.ts'
import {note} from '../support/definitions.ts'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const HISTORIES = 1_000
const ids = ['a', 'b', 'c'] as const

test(`in ${HISTORIES} simulated shutdowns the bound holds, nothing late is missing from the report, and only what has no answer may be in it although it landed`, async () => {
  const reasons = new Map<string, number>()
  for (let seed = 0; seed < HISTORIES; seed += 1) {
    const {report, tookMs, boundMs, lost} = await runHistory(seed)
    expect({seed, isInTime: tookMs <= boundMs + 50}).toEqual({seed, isInTime: true})
    const named = report.unsaved.map(String)
    expect({seed, missing: lost.filter((id) => !named.includes(id))}).toEqual({seed, missing: []})
    const landed = report.late.filter(({target}) => !lost.includes(target))
    expect({seed, wronglyNamed: landed.filter(({reason}) => !maybeLanded.has(reason))}).toEqual({
      seed,
      wronglyNamed: [],
    })
    for (const {reason} of report.late) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
  }
  expect([...reasons.keys()].sort()).toEqual(['failed', 'noAnswer'])
  expect(Math.min(...reasons.values())).toBeGreaterThan(20)
}, 120_000)

/** A lost answer is a failure whose commit may have landed. */
const maybeLanded: ReadonlySet<string> = new Set(['noAnswer', 'failed'])

/** Random edits, random faults, a shutdown; then what is stored is compared with what was in memory. */
async function runHistory(seed: number) {
  const random = seededRandom(`shutdown ${seed}`)
  const page = createFakePage()
  const {keepspace, time, faults, again, component: first} = await startWithNote({lifecycle: page.lifecycle}, ids)
  for (const id of ids.slice(1)) {
    keepspace.open(id).add(note, {id: 'n1'})
  }
  await time.advanceAsync(400)
  const texts = new Map<string, string>(ids.map((id) => [id, '']))
  const edit = (id: (typeof ids)[number]) => {
    const text = `${seed} ${random.next()}`
    texts.set(id, text)
    const component = id === 'a' ? first : keepspace.workspace(id).component(note, 'n1')
    component.set({text})
  }
  for (const id of ids.filter(() => random.next() < 0.7)) {
    edit(id)
  }
  await time.advanceAsync(random.between(0, 400))
  for (let fault = random.between(0, 3); fault > 0; fault -= 1) {
    const kind = random.next()
    if (kind < 0.3) {
      faults.hang('commit')
    } else if (kind < 0.6) {
      faults.fail(
        'commit',
        new KeepspaceError(kind < 0.45 ? 'storage.unavailable' : 'storage.quota'),
        random.between(1, 8),
      )
    } else if (kind < 0.8) {
      faults.loseAnswer()
    } else {
      faults.delayAnswer('commit')
    }
  }
  const boundMs = random.between(50, 2_000)
  const startedAt = time.now()
  const report = (await finish(time, keepspace.dispose({timeoutMs: boundMs}))) as ShutdownReport
  const tookMs = time.now() - startedAt
  faults.clear()
  const next = await again({lifecycle: createFakePage().lifecycle})
  const lost: string[] = []
  for (const id of ids) {
    const ready = next.whenReady(id)
    next.open(id)
    await finish(time, ready)
    if (next.workspace(id).component(note, 'n1').getState()?.text !== texts.get(id)) {
      lost.push(id)
    }
  }
  void next.dispose()
  await time.advanceAsync(3_100)
  return {report, tookMs, boundMs, lost}
}
