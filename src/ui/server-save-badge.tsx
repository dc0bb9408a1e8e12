import type {ReactElement} from 'react'
import {useServerSave} from './use-server-saves.ts'

export type ServerSaveBadgeProps = {
  readonly workspaceId: string
  readonly className?: string
}

/**
 * Shows and announces where a workspace is: on this device, on its way, on the server, offline, paused, … Without style
 * of its own: `data-tone` and `data-waiting` are there for style sheets.
 */
export function ServerSaveBadge({workspaceId, className}: ServerSaveBadgeProps): ReactElement {
  const {words, waitingCount} = useServerSave(workspaceId)
  return (
    <span
      role="status"
      aria-live="polite"
      title={words.sentence}
      className={className}
      data-keepspace="server-save"
      data-tone={words.tone}
      data-waiting={waitingCount}
    >
      {words.label}
    </span>
  )
}
