import {describe, expect, test} from 'vitest'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {SavePhase} from '../../src/model/status.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {calmSaveStatus} from '../../src/ui/calm-save-status.ts'
import {describeSaveStatus, type SaveStatusView} from '../../src/ui/save-status.ts'
import {serverStatus} from '../../src/ui/server-snapshots.ts'

describe(calmSaveStatus.name, () => {
  test('a save that takes less than 400 ms does not show', () => {
    const {time, become, shown} = startCalm('saved')
    become('saving')
    time.advance(399)
    become('saved')
    time.advance(1_000)
    expect(shown()).toEqual(['saved'])
  })

  test('a save shows once it has taken 400 ms', () => {
    const {time, become, shown} = startCalm('saved')
    become('saving')
    time.advance(399)
    expect(shown()).toEqual(['saved'])
    time.advance(1)
    expect(shown()).toEqual(['saved', 'saving'])
    become('saved')
    expect(shown()).toEqual(['saved', 'saving', 'saved'])
  })

  test('what was shown before a short save stays, also when that was unsaved', () => {
    const {time, become, shown} = startCalm('saved')
    become('unsaved')
    become('saving')
    time.advance(100)
    become('saved')
    expect(shown()).toEqual(['saved', 'unsaved'])
    time.advance(400)
    expect(shown()).toEqual(['saved', 'unsaved', 'saved'])
  })

  test('somebody who goes on typing sees no words flicker', () => {
    const {time, become, shown} = startCalm('saved')
    for (let burst = 0; burst < 5; burst += 1) {
      become('unsaved')
      time.advance(300)
      become('saving')
      time.advance(10)
      become('saved')
      time.advance(200)
    }
    time.advance(400)
    expect(shown()).toEqual(['saved', 'unsaved', 'saved'])
  })

  test('what is unsaved is never called saved for the sake of calm', () => {
    const {become, shown} = startCalm('saved')
    become('saving')
    become('unsaved')
    expect(shown()).toEqual(['saved', 'unsaved'])
  })

  test('a failure shows at once, and the save before it never afterwards', () => {
    const {time, become, shown} = startCalm('saved')
    become('saving')
    become('failed')
    time.advance(1_000)
    expect(shown()).toEqual(['saved', 'failed'])
  })

  test('a save that runs when it is first looked at shows at once', () => {
    const {shown} = startCalm('saving')
    expect(shown()).toEqual(['saving'])
  })

  test('a second save does not inherit the time of the first one', () => {
    const {time, become, shown} = startCalm('saved')
    become('saving')
    time.advance(300)
    become('saved')
    become('saving')
    time.advance(300)
    become('saved')
    expect(shown()).toEqual(['saved'])
  })

  test('whoever stops listening leaves no timer behind', () => {
    const {time, become, stop} = startCalm('saved')
    become('saving')
    expect(time.pending()).toEqual([400])
    stop()
    expect(time.pending()).toEqual([])
  })

  test('whoever listens again sees what it is by then', () => {
    const {calm, become, stop} = startCalm('saved')
    stop()
    become('conflict')
    const stopAgain = calm.subscribe(() => {})
    expect(calm.read().phase).toBe('conflict')
    stopAgain()
  })
})

function startCalm(first: SavePhase) {
  const time = createSimulatedTime()
  const listeners = new Set<() => void>()
  let view = viewOf(first)
  const source = {
    read: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const calm = calmSaveStatus(source, time)
  const phases = [calm.read().phase]
  const stop = calm.subscribe(() => {
    const {phase} = calm.read()
    if (phase !== phases.at(-1)) {
      phases.push(phase)
    }
  })
  const become = (save: SavePhase) => {
    view = viewOf(save)
    for (const listener of listeners) {
      listener()
    }
  }
  return {time, calm, become, stop, shown: () => phases}
}

function viewOf(save: SavePhase): SaveStatusView {
  const level = save === 'saved' ? 'onDevice' : 'unsaved'
  return describeSaveStatus({...serverStatus('w1' as WorkspaceId), phase: 'hot', isPersistent: true, save, level})
}
