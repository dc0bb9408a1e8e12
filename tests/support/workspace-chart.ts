import {createActor, type InspectionEvent} from 'xstate'
import {defaultPacing, type PacingPolicy} from '../../src/machines/workspace/pacing.policy.ts'
import {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import type {SaveInput, SaveOutput, WorkspaceEmitted} from '../../src/machines/workspace/workspace.setup.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {SaveReason} from '../../src/model/save.ts'
import type {Durability} from '../../src/model/storage-port.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {scripted, settle} from './scripted.ts'

type ReleaseInput = {readonly workspaceId: WorkspaceId; readonly reason: SaveReason}

/** Whether a state or transition belongs to leaving memory, which has a test file of its own. */
export const isPartOfRelease = (place: string): boolean =>
  /evicting|leaving|flushed|release\.|conflicted on always/.test(place)

/** The chart of workspace `w1` on a clock that stands still, with actors answered by hand. */
export function startWorkspaceChart({
  inspect,
  pacing = defaultPacing,
}: {
  readonly inspect: (inspection: InspectionEvent) => void
  readonly pacing?: PacingPolicy
}) {
  const time = createSimulatedTime()
  const {calls: loads, logic: load} = scripted<void, {workspaceId: WorkspaceId}>()
  const {calls: saves, logic: save} = scripted<SaveOutput, SaveInput>()
  const {calls: preparations, logic: prepareRelease} = scripted<void, ReleaseInput>()
  const {calls: releases, logic: release} = scripted<void, ReleaseInput>()
  const actor = createActor(workspaceMachine.provide({actors: {load, save, prepareRelease, release}}), {
    clock: time,
    inspect,
    input: {workspaceId: 'w1' as WorkspaceId, pacing},
  })
  const emitted: WorkspaceEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()

  const answer = async (act: () => void) => {
    act()
    await settle()
  }
  return {
    actor,
    time,
    loads,
    saves,
    preparations,
    releases,
    emitted,
    value: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context,
    /** Whether edits exist only in memory, as the chart sees it. */
    isDirty: () => actor.getSnapshot().context.acceptedVersion > actor.getSnapshot().context.durableVersion,
    edit: (version: number, isUrgent = false) =>
      actor.send({type: 'edit.recorded', version, atMs: time.now(), isUrgent}),
    requestSave: (reason: SaveReason = 'explicit', durability: Durability = 'relaxed') =>
      actor.send({type: 'save.requested', reason, durability}),
    /** Answers the newest save. */
    saved: (version: number, facts: Partial<SaveOutput> = {}) =>
      answer(() => saves.at(-1)?.resolve({version, atMs: time.now(), durationMs: 0, setAsideCount: 0, ...facts})),
    saveFailed: (error: unknown) => answer(() => saves.at(-1)?.reject(error)),
    loaded: () => answer(() => loads.at(-1)?.resolve()),
    loadFailed: (error: unknown) => answer(() => loads.at(-1)?.reject(error)),
    prepared: () => answer(() => preparations.at(-1)?.resolve()),
    notPrepared: (error: unknown) => answer(() => preparations.at(-1)?.reject(error)),
    released: () => answer(() => releases.at(-1)?.resolve()),
    notReleased: (error: unknown) => answer(() => releases.at(-1)?.reject(error)),
  }
}
