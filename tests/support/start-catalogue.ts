import type {EntryId, WorkspaceId} from '../../src/model/ids.ts'
import {headKey} from '../../src/model/keys.ts'
import type {HeadRecord} from '../../src/model/records.ts'
import {createCatalogue} from '../../src/services/catalogue/catalogue.ts'
import {startWriting} from './start-writing.ts'

export const entry = (id: string): EntryId => id as EntryId
export const workspace = (id: string): WorkspaceId => id as WorkspaceId

/** The catalogue over memory storage. Workspaces named in `hot` play those in memory. */
export async function startCatalogue(writing?: Awaited<ReturnType<typeof startWriting>>) {
  const shared = writing ?? (await startWriting())
  const {writer, port, ids, time, committing} = shared
  const hot = new Set<WorkspaceId>()
  const asked: string[] = []
  const noteAsked = (wish: string) => async (id: WorkspaceId, fields?: unknown) => {
    asked.push(`${wish} ${id}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`)
  }
  const catalogue = createCatalogue({
    storage: async () => port,
    writer,
    ids,
    time,
    hot: {
      isHot: (id) => hot.has(id),
      isEditable: (id) => hot.has(id),
      reload: () => undefined,
      setHead: noteAsked('setHead'),
      save: noteAsked('save'),
      unload: async (id) => {
        await noteAsked('unload')(id)
        hot.delete(id)
      },
    },
  })
  await catalogue.refresh()
  return {
    ...shared,
    catalogue,
    hot,
    asked,
    /** Does something and commits until it is durable. */
    run: <Result>(work: (asCatalogue: typeof catalogue) => Promise<Result>): Promise<Result> =>
      committing(work(catalogue)),
    /** A second tab over the same storage. */
    otherTab: () => startCatalogue(shared),
    storedHead: async (id: string) => (await shared.stored(headKey(workspace(id))))[0]?.value as HeadRecord | undefined,
    titles: () => catalogue.getSnapshot().workspaces.map(({title}) => title),
  }
}

/** Entry `e` with workspaces whose ids are also their titles. */
export async function startCatalogueWith(ids: readonly string[]) {
  const started = await startCatalogue()
  await started.run(({createEntry}) => createEntry({title: 'Entry', id: 'e'}))
  for (const id of ids) {
    await started.run(({createWorkspace}) => createWorkspace({entryId: entry('e'), title: id, id}))
  }
  return started
}
