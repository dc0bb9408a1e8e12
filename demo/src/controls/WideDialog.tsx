import {Dialog} from '@base-ui/react/dialog'
import {X} from 'lucide-react'
import type {ReactNode} from 'react'

type WideDialogProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  readonly text: string
  /** A name for style sheets, for one that has a height of its own. */
  readonly className?: string
  /** What the cross in the corner is called. Without it there is none, and the dialog has a button that closes it. */
  readonly closeLabel?: string
  readonly children: ReactNode
}

/** A dialog with room for two things side by side: versions, a list and what is chosen of it. */
export function WideDialog({isOpen, onClose, title, text, className, closeLabel, children}: WideDialogProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={className === undefined ? 'dialog is-wide' : `dialog is-wide ${className}`}>
          <Dialog.Title className="dialog-title">{title}</Dialog.Title>
          {closeLabel !== undefined && (
            <Dialog.Close className="icon-button dialog-close" aria-label={closeLabel}>
              <X />
            </Dialog.Close>
          )}
          <Dialog.Description className="dialog-text">{text}</Dialog.Description>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
