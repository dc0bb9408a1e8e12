import type {ErrorReport} from 'keepspace'
import {TriangleAlert} from 'lucide-react'

/** Why it failed, inside the dialog that asked for it. */
export function AskingFailed({error}: {readonly error: ErrorReport | undefined}) {
  return (
    error && (
      <div className="dialog-alert" role="alert">
        <TriangleAlert aria-hidden="true" />
        <p>
          {error.sentence} {error.detail && <small>{error.detail}</small>}
        </p>
      </div>
    )
  )
}
