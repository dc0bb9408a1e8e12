import {DialogFrame, type DialogFrameProps} from './DialogFrame.tsx'

/** A dialog with room for two things side by side: versions, a list and what is chosen of it. */
export function WideDialog({className, ...props}: DialogFrameProps) {
  return <DialogFrame {...props} className={className === undefined ? 'is-wide' : `is-wide ${className}`} />
}
