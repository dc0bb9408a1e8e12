import {describe, expect, test} from 'vitest'
import {createHolds} from '../../src/services/readiness.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'

describe(createHolds.name, () => {
  test('nobody is waited for where nobody holds', async () => {
    const {holds, time} = start()
    expect(await holds.wait(500)).toBe('ready')
    expect(time.pending()).toEqual([])
  })

  test('the wait ends with the last hold', async () => {
    const {holds, time, waitFor} = start()
    const first = holds.hold('composing')
    const second = holds.hold('upload')
    expect(holds.labels).toEqual(['composing', 'upload'])
    const answered = waitFor(500)
    first()
    first()
    await time.advanceAsync(100)
    expect(answered).toEqual([])
    second()
    await time.settle()
    expect({answered, labels: holds.labels, timers: time.pending()}).toEqual({
      answered: ['waited'],
      labels: [],
      timers: [],
    })
  })

  test('the wait ends at its bound, although somebody still holds, each wait at its own', async () => {
    const {holds, time, waitFor} = start()
    holds.hold('composing')
    const short = waitFor(500)
    const long = waitFor(2_000)
    await time.advanceAsync(499)
    expect([short, long]).toEqual([[], []])
    await time.advanceAsync(1)
    expect([short, long]).toEqual([['timedOut'], []])
    await time.advanceAsync(1_500)
    expect({long, labels: holds.labels}).toEqual({long: ['timedOut'], labels: ['composing']})
  })

  test('everybody who waits goes on together, and holds with one label count apart', async () => {
    const {holds, time, waitFor} = start()
    const ends = [holds.hold('upload'), holds.hold('upload')]
    const answers = [waitFor(500), waitFor(500)]
    ends[0]?.()
    await time.settle()
    expect(answers).toEqual([[], []])
    ends[1]?.()
    await time.settle()
    expect(answers).toEqual([['waited'], ['waited']])
  })
})

function start() {
  const time = createSimulatedTime()
  const holds = createHolds(time)
  const waitFor = (boundMs: number) => {
    const answered: string[] = []
    void holds.wait(boundMs).then((result) => answered.push(result))
    return answered
  }
  return {holds, time, waitFor}
}
