import type {AnyStateMachine} from 'xstate'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {activityModel} from './activity.model.ts'
import {autosaveModel} from './autosave.model.ts'
import {evictionModel} from './eviction.model.ts'
import {leaseModel} from './lease.model.ts'
import {memoryModel} from './memory.model.ts'
import {outboxModel} from './outbox.model.ts'
import {recoveryModel} from './recovery.model.ts'
import {rootModel} from './root.model.ts'
import {sessionModel} from './session.model.ts'
import {shutdownModel} from './shutdown.model.ts'
import type {World} from './start-system.ts'
import {watchModel} from './watch.model.ts'
import {workspaceModel} from './workspace.model.ts'
import {writerModel} from './writer.model.ts'

/** A model and the steps whose every order is walked, not only the shortest way to each place. */
export type ListedModel = {
  readonly model: ChartModel<AnyStateMachine, unknown>
  readonly ordered: (label: string) => boolean
  /** How many more steps are taken from places that are known already. */
  readonly beyond: number
}

/** The models of all charts. */
export function chartModels(world: World): readonly ListedModel[] {
  return [
    listed(activityModel(world), ['page.']),
    listed(autosaveModel(world), ['sweep.requested {"trigger":"online"}', 'done sweep', 'after ']),
    listed(memoryModel(world), ['monitor.switched', 'done measure']),
    listed(evictionModel(world), ['census.taken', 'cap.changed', 'done persistVictim', 'done takeCensus']),
    listed(leaseModel(world), ['edit.recorded', 'lock.', 'done handOver', 'after idle']),
    listed(outboxModel(world), ['work.arrived', 'done ', 'after ', 'failed sendNext'], 0),
    listed(recoveryModel(world), ['look.requested', 'done look', 'decision.made']),
    listed(rootModel(world), ['workspace.opened', 'done ', 'failed openStorage']),
    listed(sessionModel(world), ['save.requested', 'done save', 'done compare', 'content.changed'], 0),
    listed(shutdownModel(world), [
      'shutdown.requested {"timeoutMs":2000',
      'progress.made {"total":2',
      'cancel',
      'done ',
    ]),
    listed(watchModel(world), ['page.', 'stream.', 'done look'], 0),
    listed(workspaceModel(world), [
      'open.requested',
      'done load',
      'edit.recorded {"version":1,',
      'after quiet',
      'done save',
      'release.requested',
      'release.withdrawn',
      'done prepareRelease',
      'done release',
    ]),
    listed(writerModel(world), [
      'work.arrived',
      'after collectWindow',
      'done commit',
      'failed commit {"name":"KeepspaceError","code":"storage.unavailable"}',
      'after backoff',
    ]),
  ]
}

function listed<Machine extends AnyStateMachine, System>(
  model: ChartModel<Machine, System>,
  ordered: readonly string[],
  beyond = 1,
): ListedModel {
  return {
    beyond,
    model: model as unknown as ListedModel['model'],
    ordered: (label) => ordered.some((beginning) => label.startsWith(beginning)),
  }
}
