import {Dialog} from '@base-ui/react/dialog'
import {X} from 'lucide-react'
import type {ReactNode} from 'react'

export type DialogFrameProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** It is gone from the screen, and nobody sees what changes in it. */
  readonly onClosed?: () => void
  readonly title: string
  /** What it is about. One that says it in its content gives that the role. */
  readonly text?: string
  /** Names for style sheets, for one that has a size of its own. */
  readonly className?: string
  /** What the cross in the corner is called. Without it there is none, and the dialog has a button that closes it. */
  readonly closeLabel?: string
  readonly children: ReactNode
}

/** A dialog that can be left at any time: its backdrop, its title and what it is about. */
export function DialogFrame(props: DialogFrameProps) {
  const {isOpen, onClose, onClosed, title, text, className, closeLabel, children} = props
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(open) => !open && onClose()}
      onOpenChangeComplete={(open) => !open && onClosed?.()}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={className === undefined ? 'dialog' : `dialog ${className}`}>
          <Dialog.Title className="dialog-title">{title}</Dialog.Title>
          {closeLabel !== undefined && (
            <Dialog.Close className="icon-button dialog-close" aria-label={closeLabel}>
              <X />
            </Dialog.Close>
          )}
          {text !== undefined && <Dialog.Description className="dialog-text">{text}</Dialog.Description>}
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
