import type {Keepspace, WorkspaceHandle, WorkspaceId} from 'keepspace'
import {alarm} from '../widgets/alarm/alarm.definition.ts'
import {calculator} from '../widgets/calculator/calculator.definition.ts'
import {facts} from '../widgets/facts/facts.definition.ts'
import {note} from '../widgets/note/note.definition.ts'
import {sticky} from '../widgets/sticky/sticky.definition.ts'
import {countdown, timer} from '../widgets/timer/timer.definition.ts'

/** Creates a project with two workspaces in which everything can be tried. Resolves when it is durable. */
export async function createExample(keepspace: Keepspace): Promise<WorkspaceId> {
  const {catalogue} = keepspace
  const entryId = await catalogue.createEntry({title: 'Sunday dinner'})
  const kitchen = await catalogue.createWorkspace({entryId, title: 'In the kitchen'})
  const shopping = await catalogue.createWorkspace({entryId, title: 'Shopping'})
  await fill(keepspace, shopping, addShopping)
  await fill(keepspace, kitchen, addKitchen)
  return kitchen
}

async function fill(keepspace: Keepspace, id: WorkspaceId, add: (workspace: WorkspaceHandle) => void): Promise<void> {
  keepspace.open(id)
  const workspace = await keepspace.whenReady(id)
  add(workspace)
  await workspace.save()
}

function addKitchen(workspace: WorkspaceHandle): void {
  workspace.add(note, {
    layout: {x: 0, y: 0, width: 320, height: 292, z: 1},
    state: {title: 'Menu for eight', text: kitchenText},
  })
  workspace.add(timer, {
    layout: {x: 344, y: 0, width: 264, height: 204, z: 2},
    state: {label: 'Bread in the oven', durationMs: 1_500_000, remainingMs: 1_500_000},
  })
  workspace.add(countdown, {
    layout: {x: 632, y: 0, width: 264, height: 204, z: 3},
    state: {label: 'Roast', durationMs: 5_400_000, pausedMs: 5_400_000},
  })
  workspace.add(sticky, {
    layout: {x: 344, y: 228, width: 264, height: 188, z: 4},
    state: {text: 'Ask Lena if she still eats no mushrooms', colour: 'butter'},
  })
  workspace.add(alarm, {
    layout: {x: 632, y: 228, width: 264, height: 188, z: 5},
    state: {label: 'Guests arrive', time: '18:30'},
  })
  workspace.add(facts, {
    layout: {x: 0, y: 316, width: 320, height: 260, z: 6},
    state: {title: 'For eight people', rows: kitchenRows},
  })
  workspace.add(sticky, {
    layout: {x: 344, y: 440, width: 264, height: 136, z: 7},
    state: {text: 'Take the butter out early!', colour: 'rose'},
  })
}

function addShopping(workspace: WorkspaceHandle): void {
  workspace.add(note, {
    layout: {x: 0, y: 0, width: 304, height: 348, z: 1},
    state: {title: 'Market', text: 'Fennel, 4 bulbs\nLemons\nThyme\nNew potatoes, 2 kg\nA good olive oil\nFlowers'},
  })
  workspace.add(calculator, {layout: {x: 328, y: 0, width: 248, height: 348, z: 2}})
  workspace.add(sticky, {
    layout: {x: 600, y: 0, width: 216, height: 208, z: 3},
    state: {text: 'The cheese stand closes at noon', colour: 'sky'},
  })
}

const kitchenText = [
  'Fennel salad with orange and olives',
  '',
  'Slow roast, new potatoes, thyme',
  '',
  'Bread, still warm',
  '',
  'Lemon tart: two hours in the cold, so it goes first',
].join('\n')

const kitchenRows = [
  {name: 'Roast', value: '2.4 kg'},
  {name: 'Potatoes', value: '2 kg'},
  {name: 'Oven', value: '140 °C'},
  {name: 'Core', value: '58 °C'},
]
