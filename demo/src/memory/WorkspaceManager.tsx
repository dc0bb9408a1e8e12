import {Dialog} from '@base-ui/react/dialog'
import {WorkspaceManager as Manager} from 'keepspace/react'
import {X} from 'lucide-react'
import {navigate} from '../app/routes.ts'

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
          <Manager
            className="manager-list"
            onOpen={({id}) => {
              navigate({page: 'workspace', id})
              onOpenChange(false)
            }}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
