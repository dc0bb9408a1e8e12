import {Worker} from 'node:worker_threads'
import {expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {systemTime} from '../../src/services/time/system-time.ts'
import {faultyStorage} from '../../src/testing/faulty-storage.ts'
import {seededRandom} from '../kill/random.ts'
import {note} from '../support/definitions.ts'

const HANGS = 100
const MARGIN_MS = 50

/**
 * A shutdown is late because it asks to be woken too late, because it works too long, or because the machine is busy with
 * something else. Only the last is no fault of ours: another thread, which none of our work can keep waiting, measures it.
 */
test('a hundred shutdowns in real time over a storage that never answers end within their bound, and name exactly what is late', async () => {
  const random = seededRandom('a hundred hangs')
  await using machine = watchMachine()
  const hangs: Awaited<ReturnType<typeof hang>>[] = []
  for (let count = 0; count < HANGS; count += 1) {
    const boundMs = random.between(50, 350)
    const edited = ['a', 'b', 'c'].filter(() => random.next() < 0.6)
    const before = machine.stalledMs()
    const result = await hang({boundMs, edited, text: `edit ${count}`})
    await machine.next()
    hangs.push({...result, ownOverrunMs: result.overrunMs - (machine.stalledMs() - before)})
  }
  const onTheWall = hangs.map(({overrunMs}) => overrunMs).sort((one, other) => one - other)
  expect(hangs.map(({report}) => report)).toEqual(hangs.map(({expected}) => expected))
  expect(Math.max(...hangs.map(({ownOverrunMs}) => ownOverrunMs))).toBeLessThanOrEqual(MARGIN_MS)
  expect(onTheWall[HANGS / 2]).toBeLessThanOrEqual(MARGIN_MS)
}, 120_000)

/** One shutdown over a storage that has stopped to answer. */
async function hang(options: {readonly boundMs: number; readonly edited: readonly string[]; readonly text: string}) {
  const {boundMs, edited, text} = options
  const {keepspace, storage} = await startSaved(['a', 'b', 'c'])
  for (const id of edited) {
    keepspace.workspace(id).component(note, 'n').set({text})
  }
  for (let call = 0; call < 20; call += 1) {
    storage.faults.hang('commit')
    storage.faults.hang('close')
  }
  const startedAt = performance.now()
  const report = await keepspace.dispose({timeoutMs: boundMs})
  const overrunMs = performance.now() - startedAt - boundMs
  const late = 'late' in report ? (report.late as readonly {target: string; reason: string}[]) : []
  return {
    overrunMs,
    ownOverrunMs: overrunMs,
    report: {late: late.map(({target, reason}) => `${target} ${reason}`).sort(), unsaved: [...report.unsaved].sort()},
    expected: {late: edited.map((id) => `${id} noAnswer`), unsaved: [...edited]},
  }
}

/** A thread of its own that does nothing but be woken, and adds up how much too late that happens. */
function watchMachine() {
  const shared = new Float64Array(new SharedArrayBuffer(16))
  const worker = new Worker(
    `const {workerData: shared} = require('node:worker_threads')
     let last = performance.now()
     setInterval(() => {
       const now = performance.now()
       shared[0] += Math.max(0, now - last - 4)
       shared[1] += 1
       last = now
     }, 2)`,
    {eval: true, workerData: shared},
  )
  return {
    stalledMs: () => shared[0] ?? 0,
    /** Until it was woken once more: a stall counts when it is over. */
    next: async () => {
      for (const seen = shared[1]; shared[1] === seen; ) {
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  }
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
