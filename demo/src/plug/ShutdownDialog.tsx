import {AlertDialog} from '@base-ui/react/alert-dialog'
import type {LateReason, LateTarget} from 'keepspace'
import {useShutdown} from 'keepspace/react'
import {CircleCheck, LoaderCircle, TriangleAlert} from 'lucide-react'

const reasons: Readonly<Record<LateReason, string>> = {
  noAnswer: 'Storage has not answered.',
  failed: 'Storage refused it.',
  conflict: 'Another tab changed it, and you have to choose.',
  setAside: 'A part of it cannot be saved as it is.',
  notLoaded: 'It could not be loaded, and your changes wait for it.',
  memoryOnly: 'There is no storage on this device.',
}

/** Progress of a shutdown, who is late and why, and what a person may do about it. */
export function ShutdownDialog() {
  const {phase, isSlow, total, durable, late, shutdown, cancel, closeAnyway} = useShutdown()
  const isShown = (phase === 'draining' && isSlow) || phase === 'late' || phase === 'closed'
  return (
    <AlertDialog.Root open={isShown} onOpenChange={(isOpen) => !isOpen && cancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog shutdown">
          {phase === 'draining' && (
            <>
              <AlertDialog.Title className="dialog-title">
                <LoaderCircle className="shutdown-icon" data-turning aria-hidden="true" /> Saving before it closes…
              </AlertDialog.Title>
              <AlertDialog.Description className="dialog-text">
                {durable} of {total} {total === 1 ? 'workspace is' : 'workspaces are'} stored.
              </AlertDialog.Description>
              <progress className="shutdown-progress" max={Math.max(1, total)} value={durable} aria-label="Stored" />
              <div className="dialog-actions">
                <button type="button" className="button" onClick={cancel}>
                  Cancel
                </button>
              </div>
            </>
          )}
          {phase === 'late' && (
            <>
              <AlertDialog.Title className="dialog-title">
                <TriangleAlert className="shutdown-icon" data-tone="warning" aria-hidden="true" /> Not everything is
                stored
              </AlertDialog.Title>
              <AlertDialog.Description className="dialog-text">
                This exists only in memory and would be gone:
              </AlertDialog.Description>
              <LateList late={late} />
              <div className="dialog-actions">
                <button type="button" className="button is-danger-quiet" onClick={() => void closeAnyway()}>
                  Close anyway
                </button>
                <button type="button" className="button" onClick={cancel}>
                  Cancel
                </button>
                <button type="button" className="button is-primary" onClick={() => void shutdown({timeoutMs: 3_000})}>
                  Try again
                </button>
              </div>
            </>
          )}
          {phase === 'closed' && (
            <>
              <AlertDialog.Title className="dialog-title">
                <CircleCheck className="shutdown-icon" data-tone="good" aria-hidden="true" /> Closed
              </AlertDialog.Title>
              <AlertDialog.Description className="dialog-text">
                {late.length === 0 ? 'Everything is stored.' : 'You closed it anyway. This was not stored:'}
              </AlertDialog.Description>
              <LateList late={late} />
              <div className="dialog-actions">
                <button type="button" className="button is-primary" onClick={() => window.location.reload()}>
                  Open again
                </button>
              </div>
            </>
          )}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

function LateList({late}: {readonly late: readonly LateTarget[]}) {
  return late.length === 0 ? null : (
    <ul className="shutdown-late">
      {late.map(({targetKind, target, reason, error}) => (
        <li key={`${targetKind}/${target}`}>
          <strong>{targetKind === 'setting' ? `Setting “${target}”` : 'The counter workspace'}</strong>
          <span>{error?.sentence ?? reasons[reason]}</span>
        </li>
      ))}
    </ul>
  )
}
