import type {Keepspace} from '../../src/model/handles.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import type {TabBus} from '../../src/model/tab-bus.ts'
import {createFakeLocks} from '../../src/testing/fake-locks.ts'
import {createFakeBuses} from '../../src/testing/fake-page.ts'
import {note} from '../support/definitions.ts'
import {assertSame} from './same.ts'
import {countingIds, type RealSystem, type World} from './start-system.ts'

/** Another tab that edits the note of a workspace, and tells of it only when it is asked to. */
export type OtherTab = {
  readonly busOfFirst: TabBus
  open(first: Pick<RealSystem, 'target' | 'time'>, id: WorkspaceId): Promise<void>
  /** Stores a text of the note. */
  write(text: string): Promise<void>
  /** The hint that a tab gives with every commit. */
  tell(id: WorkspaceId): void
}

/** Makes a tab that is not open yet. */
export function createOtherTab({createKeepspace}: World): OtherTab {
  const newBus = createFakeBuses()
  const [busOfFirst, bus] = [newBus(), newBus()]
  let tab: {readonly keepspace: Keepspace; readonly id: WorkspaceId} | undefined
  return {
    busOfFirst,
    open: async ({target, time}, id) => {
      const keepspace = createKeepspace({
        namespace: 'models',
        components: [note],
        storage: target,
        time,
        ids: countingIds('other'),
        locks: createFakeLocks()(),
        bus: {...bus, post: () => undefined},
      })
      await keepspace.whenReady(id)
      tab = {keepspace, id}
    },
    write: async (text) => {
      if (tab === undefined) {
        throw new Error('The other tab is not open')
      }
      const {keepspace, id} = tab
      keepspace.workspace(id).component(note, 'n1').set({text})
      const {status} = await keepspace.persist(id, 'explicit')
      assertSame('the other tab', status === 'saved' || status === 'unchanged', true)
    },
    tell: (workspaceId) => bus.post({type: 'committed', workspaceId, revision: Number.MAX_SAFE_INTEGER}),
  }
}
