import type {AnyStateMachine, AnyStateNode} from 'xstate'
import {activityMachine} from '../../src/machines/activity/activity.machine.ts'
import {autosaveMachine} from '../../src/machines/autosave/autosave.machine.ts'
import {evictionMachine} from '../../src/machines/eviction/eviction.machine.ts'
import {leaseMachine} from '../../src/machines/lease/lease.machine.ts'
import {memoryMachine} from '../../src/machines/memory/memory.machine.ts'
import {shutdownMachine} from '../../src/machines/shutdown/shutdown.machine.ts'
import {workspaceMachine} from '../../src/machines/workspace/workspace.machine.ts'
import {writerMachine} from '../../src/machines/writer/writer.machine.ts'

const machines: readonly AnyStateMachine[] = [
  activityMachine,
  autosaveMachine,
  evictionMachine,
  leaseMachine,
  memoryMachine,
  shutdownMachine,
  workspaceMachine,
  writerMachine,
]

export const stateName = (id: string): string => `state ${id}`

/** What makes a transition: its state and its event. Invoked actors and timers count as what they are for. */
export const transitionName = (sourceId: string, eventType: string): string => `transition ${sourceId} ${eventType}`

/** Every state and every transition of the charts that run in a page. */
export function chartParts(): readonly string[] {
  return machines.flatMap((machine) => partsOf(machine.root as unknown as AnyStateNode))
}

function partsOf(node: AnyStateNode): readonly string[] {
  const own = [...node.transitions.keys()].map((eventType) => transitionName(node.id, eventType))
  const always = node.always === undefined ? [] : [transitionName(node.id, '')]
  const isRoot = node.parent === undefined
  return [
    ...(isRoot ? [] : [stateName(node.id)]),
    ...own,
    ...always,
    ...Object.values(node.states).flatMap((child) => partsOf(child as AnyStateNode)),
  ]
}
