import type {ReactElement} from 'react'
import {useSaveStatus} from './use-save-status.ts'

export type SaveStatusBadgeProps = {
  /** @defaultValue the workspace of the nearest provider */
  readonly id?: string
  readonly className?: string
}

/**
 * Shows and announces how safe a workspace is. Without style of its own: `data-phase`, `data-level` and
 * `data-persistent` are there for style sheets.
 */
export function SaveStatusBadge({id, className}: SaveStatusBadgeProps): ReactElement {
  const {phase, level, label, sentence, isPersistent} = useSaveStatus(id, {smooth: true})
  return (
    <span
      role="status"
      aria-live="polite"
      title={sentence}
      className={className}
      data-keepspace="save-status"
      data-phase={phase}
      data-level={level}
      data-persistent={isPersistent}
    >
      {label}
    </span>
  )
}
