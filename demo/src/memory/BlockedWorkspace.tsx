import type {WorkspaceId} from 'keepspace'
import {MemoryBlocked} from 'keepspace/react'
import {Layers} from 'lucide-react'
import {useState} from 'react'
import {WorkspaceManager} from './WorkspaceManager.tsx'

/** There is no room for this workspace: which one may go is up to the person. It opens by itself once there is room. */
export function BlockedWorkspace({id}: {readonly id: WorkspaceId}) {
  const [isManagerOpen, setManagerOpen] = useState(false)
  return (
    <div className="page-center">
      <div className="notice-card blocked-card">
        <Layers className="notice-icon" aria-hidden="true" />
        <MemoryBlocked id={id} onManage={() => setManagerOpen(true)} />
      </div>
      <WorkspaceManager isOpen={isManagerOpen} onOpenChange={setManagerOpen} />
    </div>
  )
}
