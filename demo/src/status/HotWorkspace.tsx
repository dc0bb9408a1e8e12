import type {WorkspaceId} from 'keepspace'
import {useCatalogue, useKeepspace, useSaveStatus, useWorkspaceStatus} from 'keepspace/react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {navigate} from '../app/routes.ts'
import {ResidencyDot} from '../controls/ResidencyDot.tsx'

type HotWorkspaceProps = {
  readonly id: WorkspaceId
  readonly isCurrent: boolean
}

/** One workspace that is in memory. */
export function HotWorkspace({id, isCurrent}: HotWorkspaceProps) {
  const {workspaces, entries} = useCatalogue()
  const {phase, label} = useSaveStatus(id, {smooth: true})
  const {runningCount} = useWorkspaceStatus(id)
  const release = useRelease(id)
  const workspace = workspaces.find((each) => each.id === id)
  const entry = entries.find((each) => each.id === workspace?.entryId)
  return (
    <li className="memory-item">
      <ResidencyDot isHot isRunning={runningCount > 0} />
      <button type="button" className="memory-open" onClick={() => navigate({page: 'workspace', id})}>
        <span className="memory-title">{workspace?.title ?? 'Untitled'}</span>
        <span className="memory-detail">
          {[entry?.title, runningCount > 0 ? `${runningCount} running` : phase !== 'saved' && label]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </button>
      {isCurrent ? (
        <span className="tag">shown</span>
      ) : (
        <button type="button" className="button is-small" onClick={() => void release()}>
          Let go
        </button>
      )}
    </li>
  )
}

function useRelease(id: WorkspaceId): () => Promise<void> {
  const keepspace = useKeepspace()
  return async () => {
    const outcome = await attempt('It stays in memory', keepspace.unload(id))
    if (outcome?.status === 'refused') {
      toast.error('It stays in memory', {description: outcome.error?.sentence ?? 'It is in use.'})
    }
  }
}
