import {createKeepspace, type KeepspaceOptions} from '../../src/keepspace.ts'
import type {ComponentHandle, Keepspace} from '../../src/model/handles.ts'
import type {EntryId} from '../../src/model/ids.ts'
import type {Durability} from '../../src/model/storage-port.ts'
import {localforageStorage} from '../../src/services/storage/localforage-storage.ts'
import type {Contender} from './contender.ts'
import {deleteDatabase} from './database.ts'
import {type CardState, card, cardState, componentName, type Shape, workspaceName} from './shape.ts'

const DATABASE = 'bench-keepspace'

/** A Keepspace as an app makes it, over database `name`. */
export function startKeepspace(name: string, options: Partial<KeepspaceOptions> = {}): Keepspace {
  return createKeepspace({namespace: 'bench', components: [card], storage: localforageStorage({name}), ...options})
}

/** This library, watched as an app with everything on the screen watches it. */
export function createKeepspaceContender(options: Partial<KeepspaceOptions> = {}): Contender {
  let keepspace: Keepspace
  let components: ComponentHandle<CardState>[][] = []
  let workspaces = 0
  let noticed = 0
  const notice = () => {
    noticed += 1
  }
  const persist = (workspace: number, durability: Durability) =>
    keepspace.persist(workspaceName(workspace), 'explicit', {durability})

  return {
    name: 'keepspace',
    open: async (shape) => {
      await deleteDatabase(DATABASE)
      keepspace = startKeepspace(DATABASE, {cap: shape.workspaces + 1, ...options})
      workspaces = shape.workspaces
      await createAll(keepspace, shape)
      components = watchAll(keepspace, shape, notice)
      keepspace.on('*', notice)
      assertStored(await Promise.all(components.map((_, workspace) => persist(workspace, 'relaxed'))))
    },
    update: ({workspace, component}, count) => {
      components[workspace]?.[component]?.set({count})
    },
    flush: async (durability, workspace) => {
      const asked = workspace === undefined ? Array.from({length: workspaces}, (_, index) => index) : [workspace]
      assertStored(await Promise.all(asked.map((index) => persist(index, durability))))
    },
    evict: async (workspace) => {
      const {status} = await keepspace.unload(workspaceName(workspace))
      if (status !== 'released') {
        throw new Error(`unload: ${status}`)
      }
    },
    restore: async (workspace) => (await keepspace.whenReady(workspaceName(workspace))).getComponents().length,
    close: async () => {
      await keepspace.dispose()
      await deleteDatabase(DATABASE)
      if (noticed === 0) {
        throw new Error('nothing was observed')
      }
    },
  }
}

async function createAll(keepspace: Keepspace, shape: Shape): Promise<void> {
  await keepspace.whenStarted()
  const entryId: EntryId = await keepspace.catalogue.createEntry({title: 'Bench'})
  for (let workspace = 0; workspace < shape.workspaces; workspace++) {
    const id = workspaceName(workspace)
    const handle = keepspace.open(id, {create: {title: id, entryId}})
    await keepspace.whenReady(id)
    for (let component = 0; component < shape.components; component++) {
      handle.add(card, {id: componentName(component), state: cardState({workspace, component}, shape.bodyBytes)})
    }
  }
}

function watchAll(keepspace: Keepspace, shape: Shape, notice: () => void): ComponentHandle<CardState>[][] {
  return Array.from({length: shape.workspaces}, (_, workspace) => {
    const handle = keepspace.workspace(workspaceName(workspace))
    handle.subscribe(notice)
    return Array.from({length: shape.components}, (_, component) => {
      const watched = handle.component(card, componentName(component))
      watched.subscribe(notice)
      return watched
    })
  })
}

function assertStored(outcomes: readonly {readonly status: string}[]): void {
  const bad = outcomes.find(({status}) => status !== 'saved' && status !== 'unchanged')
  if (bad !== undefined) {
    throw new Error(`not durable: ${JSON.stringify(bad)}`)
  }
}
