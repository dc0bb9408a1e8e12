import type {WorkspaceId} from 'keepspace'
import {useCatalogue, useEvictionExplanation, useKeepspace, useKeepspaceSnapshot} from 'keepspace/react'
import {Eye, Layers} from 'lucide-react'
import {useState} from 'react'
import {useMemoryActions} from './use-memory-actions.ts'
import {WorkspaceManager} from './WorkspaceManager.tsx'

/** There is no room for this workspace: which one may go is up to the person. It opens by itself once there is room. */
export function MemoryBlocked({id}: {readonly id: WorkspaceId}) {
  const workspace = useKeepspace().workspace(id)
  const {hot} = useKeepspaceSnapshot()
  const [isManagerOpen, setManagerOpen] = useState(false)
  return (
    <div className="page-center">
      <section className="notice-card" role="alert" aria-label="No room in memory">
        <Layers className="notice-icon" aria-hidden="true" />
        <h1>No room in memory</h1>
        <p>Everything in memory is needed. Close one of these, and this workspace opens by itself.</p>
        <ul className="blocked-list">
          {hot
            .filter((each) => each !== id)
            .map((each) => (
              <Closable key={each} id={each} />
            ))}
        </ul>
        <div className="notice-actions">
          <button type="button" className="button is-primary" onClick={() => setManagerOpen(true)}>
            Manage workspaces
          </button>
          <button type="button" className="button" onClick={() => workspace.openReadOnly()}>
            <Eye /> Look at it read-only
          </button>
        </div>
      </section>
      <WorkspaceManager isOpen={isManagerOpen} onOpenChange={setManagerOpen} />
    </div>
  )
}

function Closable({id}: {readonly id: WorkspaceId}) {
  const {workspaces} = useCatalogue()
  const title = workspaces.find((each) => each.id === id)?.title ?? 'Untitled'
  const explanation = useEvictionExplanation(id)
  const {close} = useMemoryActions(id, title)
  return (
    <li className="blocked-item">
      <span className="manager-words">
        <span className="memory-title">{title}</span>
        <span className="memory-detail">{explanation?.sentence}</span>
      </span>
      <button type="button" className="button is-small" aria-label={`Close ${title}`} onClick={() => void close()}>
        Close
      </button>
    </li>
  )
}
