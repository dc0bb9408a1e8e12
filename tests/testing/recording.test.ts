import {expect, test} from 'vitest'
import {defaultPacing} from '../../src/machines/workspace/pacing.policy.ts'
import {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import {writerMachine} from '../../src/machines/writer/writer.machine.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {recordChart, replayRecording} from '../../src/testing/recording.ts'
import {startWithNote} from '../support/start-keepspace.ts'

async function recordRun() {
  const recorder = recordChart(workspaceMachine, {input: {workspaceId: 'a', pacing: defaultPacing}})
  const {component, faults, keepspace, time} = await startWithNote({inspect: recorder.inspect})
  await time.advanceAsync(1_000)
  faults.fail('commit', new KeepspaceError('storage.unavailable'))
  component.set({text: 'saved at the second try'})
  await time.advanceAsync(5_000)
  await Promise.all([keepspace.unload('a'), time.advanceAsync(1_000)])
  const [recording] = recorder.recordings()
  if (recording === undefined) {
    throw new Error('nothing was recorded')
  }
  return JSON.parse(JSON.stringify(recording)) as typeof recording
}

test('a real run becomes a regression test of its chart, also from a file', async () => {
  const recording = await recordRun()
  expect(recording).toMatchObject({chart: 'workspace', actor: 'keepspace.ws.a', initial: '"cold"'})
  expect(recording.steps.map(({state}) => state)).toContain('{"hot":"failed"}')
  expect(recording.steps.at(-1)?.state).toBe('"flushed"')
  expect(() => replayRecording(workspaceMachine, recording)).not.toThrow()
})

test('a chart that goes elsewhere is found, with the step', async () => {
  const recording = await recordRun()
  const impatient = workspaceMachine.provide({guards: {isUrgent: () => true}})
  expect(() => replayRecording(impatient, recording)).toThrow(/after step \d+ \(.*\): the chart workspace is in/)
})

test('a recording of another chart is refused', async () => {
  expect(() =>
    replayRecording(writerMachine, {chart: 'workspace', actor: 'a', input: undefined, initial: '', steps: []}),
  ).toThrow('The recording is one of the chart workspace, not of writer')
})
