import {useCatalogue, useKeepspace} from 'keepspace/react'
import {Layers, NotebookText, Trash2} from 'lucide-react'
import {useState} from 'react'
import {attempt} from '../app/attempt.ts'
import {ConfirmDialog} from '../controls/ConfirmDialog.tsx'
import {TrashList} from './TrashList.tsx'

/** What was deleted and can still be brought back. */
export function TrashPage() {
  const {catalogue} = useKeepspace()
  const {entries, trashedEntries, trashedWorkspaces} = useCatalogue()
  const [isAsking, setAsking] = useState(false)
  const count = trashedEntries.length + trashedWorkspaces.length
  if (count === 0) {
    return (
      <div className="page-center">
        <div className="notice-card">
          <Trash2 className="notice-icon" aria-hidden="true" />
          <h2>The trash is empty</h2>
          <p>Projects and workspaces you delete wait here until you empty it.</p>
        </div>
      </div>
    )
  }
  const titleOf = (entryId: string) => [...entries, ...trashedEntries].find(({id}) => id === entryId)?.title
  return (
    <div className="trash">
      <div className="trash-head">
        <p>Projects and workspaces you delete wait here until you empty the trash.</p>
        <button type="button" className="button is-danger-quiet" onClick={() => setAsking(true)}>
          <Trash2 /> Empty trash
        </button>
      </div>
      <TrashList
        title="Projects"
        Icon={NotebookText}
        items={trashedEntries.map(({id, title, trashedAt, workspaceCount}) => ({
          id,
          title,
          trashedAt,
          detail: workspaceCount === 1 ? '1 workspace' : `${workspaceCount} workspaces`,
          restore: () => attempt('It could not be restored', catalogue.restoreEntry(id)),
        }))}
      />
      <TrashList
        title="Workspaces"
        Icon={Layers}
        items={trashedWorkspaces.map(({id, title, trashedAt, entryId, componentCount}) => ({
          id,
          title,
          trashedAt,
          detail: [titleOf(entryId), componentCount === 1 ? '1 card' : `${componentCount} cards`]
            .filter(Boolean)
            .join(' · '),
          restore: () => attempt('It could not be restored', catalogue.restoreWorkspace(id)),
        }))}
      />
      <ConfirmDialog
        isOpen={isAsking}
        title="Empty the trash?"
        text={`${count === 1 ? 'One item is' : `${count} items are`} deleted for good. This cannot be undone.`}
        action="Delete for good"
        onConfirm={() => void attempt('The trash could not be emptied', catalogue.emptyTrash())}
        onClose={() => setAsking(false)}
      />
    </div>
  )
}
