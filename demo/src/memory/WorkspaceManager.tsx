import {Dialog} from '@base-ui/react/dialog'
import {MemoryIndicator, useWorkspaceManager} from 'keepspace/react'
import {ChevronLeft, ChevronRight, X} from 'lucide-react'
import {ManagerRow} from './ManagerRow.tsx'

type WorkspaceManagerProps = {
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}

/** All workspaces, those in memory first: what each takes, why it stays or would go, and what can be done with it. */
export function WorkspaceManager({isOpen, onOpenChange}: WorkspaceManagerProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog is-wide manager">
          <div className="manager-head">
            <Dialog.Title className="dialog-title">All workspaces</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close the manager">
              <X />
            </Dialog.Close>
          </div>
          <Dialog.Description className="dialog-text">
            Those with a filled dot are in memory. Closing one stores it first; it opens as it was.
          </Dialog.Description>
          <MemoryIndicator className="memory-level" />
          <Rows onChosen={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Rows({onChosen}: {readonly onChosen: () => void}) {
  const {workspaces, total, page, pageCount, setPage, reopen} = useWorkspaceManager()
  return (
    <>
      <ol className="manager-list" aria-label="Workspaces">
        {workspaces.map((workspace) => (
          <ManagerRow
            key={workspace.id}
            workspace={workspace}
            onReopen={() => reopen(workspace.id)}
            onChosen={onChosen}
          />
        ))}
      </ol>
      {pageCount > 1 && (
        <nav className="manager-pages" aria-label="Pages">
          <button
            type="button"
            className="icon-button"
            aria-label="Previous page"
            disabled={page === 0}
            onClick={() => setPage(page - 1)}
          >
            <ChevronLeft />
          </button>
          <span>
            Page {page + 1} of {pageCount}, {total} workspaces
          </span>
          <button
            type="button"
            className="icon-button"
            aria-label="Next page"
            disabled={page === pageCount - 1}
            onClick={() => setPage(page + 1)}
          >
            <ChevronRight />
          </button>
        </nav>
      )}
    </>
  )
}
