import {expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {systemTime} from '../../src/services/time/system-time.ts'
import {faultyStorage} from '../../src/testing/faulty-storage.ts'
import {seededRandom} from '../kill/random.ts'
import {note} from '../support/definitions.ts'

const HANGS = 100
const MARGIN_MS = 50

test('a hundred shutdowns in real time over a storage that never answers end within their bound, and name exactly what is late', async () => {
  const random = seededRandom('a hundred hangs')
  const overruns: number[] = []
  for (let hang = 0; hang < HANGS; hang += 1) {
    const boundMs = random.between(50, 350)
    const edited = ['a', 'b', 'c'].filter(() => random.next() < 0.6)
    const {keepspace, storage} = await startSaved(['a', 'b', 'c'])
    for (const id of edited) {
      keepspace
        .workspace(id)
        .component(note, 'n')
        .set({text: `edit ${hang}`})
    }
    for (let call = 0; call < 20; call += 1) {
      storage.faults.hang('commit')
      storage.faults.hang('close')
    }
    const machine = lateness(boundMs)
    const startedAt = performance.now()
    const report = await keepspace.dispose({timeoutMs: boundMs})
    const overrunMs = performance.now() - startedAt - boundMs
    overruns.push(overrunMs - (await machine))
    const late = 'late' in report ? (report.late as readonly {target: string; reason: string}[]) : []
    expect(late.map(({target, reason}) => `${target} ${reason}`).sort()).toEqual(edited.map((id) => `${id} noAnswer`))
    expect([...report.unsaved].sort()).toEqual(edited)
  }
  expect(Math.max(...overruns)).toBeLessThanOrEqual(MARGIN_MS)
}, 120_000)

/** How late the machine itself wakes a timer of this length: a busy one must not be taken for a slow shutdown. */
function lateness(ms: number): Promise<number> {
  const startedAt = performance.now()
  return new Promise((resolve) => setTimeout(() => resolve(Math.max(0, performance.now() - startedAt - ms)), ms))
}

/** Workspaces with one saved note each, on the real clock. */
async function startSaved(ids: readonly string[]) {
  const storage = faultyStorage(memoryStorage({isPersistent: true}))
  const keepspace = createKeepspace({
    namespace: 'hangs',
    components: [note],
    storage: storage.target,
    time: systemTime,
    pacing: {debounceMs: 60_000, maxWaitMs: 60_000, atRiskMs: 60_000},
  })
  for (const id of ids) {
    keepspace.open(id, {create: {title: id}}).add(note, {id: 'n'})
    await keepspace.whenReady(id)
    await keepspace.persist(id, 'explicit')
  }
  return {keepspace, storage}
}
