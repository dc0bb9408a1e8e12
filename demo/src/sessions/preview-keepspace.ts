import {
  createKeepspace,
  type EntryContent,
  type Keepspace,
  memoryStorage,
  type Witness,
  type WorkspaceId,
} from 'keepspace'
import {definitions} from '../widgets/definitions.ts'

/** A content opened to be looked at: nothing of it is stored, nothing in it runs, nothing can be changed. */
export type Preview = {
  readonly keepspace: Keepspace
  readonly workspaces: readonly {readonly id: WorkspaceId; readonly title: string}[]
}

/** A preview leaves nothing behind, so nobody needs to remember it. */
const noWitness: Witness = {
  read: () => ({revisions: new Map(), isOnlyTrace: false}),
  note: () => undefined,
  settle: () => undefined,
  clear: () => undefined,
}

/** Opens a content in a Keepspace of its own. In its trash, workspaces can be looked at and not edited. */
export async function openPreview(content: EntryContent, namespace: string): Promise<Preview> {
  const keepspace = createKeepspace({
    namespace,
    components: definitions,
    storage: memoryStorage(),
    witness: noWitness,
    telemetry: false,
  })
  const [entryId] = await keepspace.files.import({
    keepspace: 'export',
    formatVersion: content.formatVersion,
    exportedAt: 0,
    entries: [content],
  })
  const workspaces = keepspace.catalogue
    .getSnapshot()
    .workspaces.filter((workspace) => workspace.entryId === entryId)
    .map(({id, title}) => ({id, title}))
  if (entryId !== undefined) {
    await keepspace.catalogue.deleteEntry(entryId)
  }
  return {keepspace, workspaces}
}

/** Shows a workspace of a preview once it is loaded as far as the trash lets it. */
export function showInPreview(keepspace: Keepspace, id: WorkspaceId): () => void {
  const workspace = keepspace.open(id)
  let isAsked = false
  const show = () => {
    if (!isAsked && workspace.getStatus().phase === 'loadFailed') {
      isAsked = true
      workspace.openReadOnly()
    }
  }
  const stop = workspace.subscribe(show)
  show()
  return stop
}
