import type {ReactElement} from 'react'
import {useSession} from './use-session.ts'

export type SessionStatusBadgeProps = {
  readonly entryId: string
  readonly className?: string
}

/**
 * Shows and announces how the session of an entry stands: on this device, on the server, offline, paused, … Without
 * style of its own: `data-phase` and `data-tone` are there for style sheets.
 */
export function SessionStatusBadge({entryId, className}: SessionStatusBadgeProps): ReactElement {
  const {phase, tone, label, sentence} = useSession(entryId).words
  return (
    <span
      role="status"
      aria-live="polite"
      title={sentence}
      className={className}
      data-keepspace="session-status"
      data-phase={phase}
      data-tone={tone}
    >
      {label}
    </span>
  )
}
