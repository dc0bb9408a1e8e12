import {Dialog} from '@base-ui/react/dialog'
import type {ErrorReport} from 'keepspace'
import {RotateCcw} from 'lucide-react'
import {AskingFailed} from './AskingFailed.tsx'

type ReadingFailedProps = {
  readonly error: ErrorReport | undefined
  readonly onRetry: () => void
}

/** What a dialog shows in place of what could not be read: why, and the way to try it again. */
export function ReadingFailed({error, onRetry}: ReadingFailedProps) {
  return (
    <div className="reading-failed">
      <AskingFailed error={error} />
      <div className="dialog-actions">
        <Dialog.Close className="button">Close</Dialog.Close>
        <button type="button" className="button is-primary" onClick={onRetry}>
          <RotateCcw /> Try again
        </button>
      </div>
    </div>
  )
}
