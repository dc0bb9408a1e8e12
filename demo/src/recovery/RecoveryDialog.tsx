import {Dialog} from '@base-ui/react/dialog'
import type {EntryId} from 'keepspace'
import {useSessionRecovery} from 'keepspace/react'
import type {RecoverableSession} from 'keepspace/sessions'
import {useEffect} from 'react'
import {WideDialog} from '../controls/WideDialog.tsx'
import {RecoveryItem} from './RecoveryItem.tsx'

type RecoveryDialogProps = {
  /** What is asked about. */
  readonly items: readonly RecoverableSession[]
  /** Everything is decided, or a person wants to decide later. With the entry they decided about last. */
  readonly onDone: (entryId?: EntryId) => void
}

/** Before anything is opened: work that the server does not have. Nothing of it goes away by itself. */
export function RecoveryDialog({items, onDone}: RecoveryDialogProps) {
  const recovery = useSessionRecovery()
  const isDecided = items.length === 0
  useEffect(() => {
    if (isDecided) {
      onDone()
    }
  }, [isDecided, onDone])
  const recoverAll = async () => {
    for (const {entryId} of items) {
      await recovery.recover(entryId).catch(() => undefined)
    }
  }
  return (
    <WideDialog
      isOpen={!isDecided}
      onClose={onDone}
      title={
        items.length === 1 ? 'There is work the server does not have' : `${items.length} sessions have unsent work`
      }
      text="It is safe on this device. Go on with it, or take the version of the server; what you discard goes into the trash."
    >
      <ul className="recovery-list">
        {items.map((item) => (
          <RecoveryItem key={item.entryId} item={item} recovery={recovery} />
        ))}
      </ul>
      <div className="dialog-actions">
        <Dialog.Close className="button">Decide later</Dialog.Close>
        {items.length > 1 && (
          <button type="button" className="button is-primary" onClick={() => void recoverAll()}>
            Go on with all
          </button>
        )}
      </div>
    </WideDialog>
  )
}
