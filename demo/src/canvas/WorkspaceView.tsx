import type {WorkspaceId} from 'keepspace'
import {useWorkspaceStatus, WorkspaceBoundary, WorkspaceProvider} from 'keepspace/react'
import {useDelayed} from '../app/use-delayed.ts'
import {Banners} from '../status/Banners.tsx'
import {EditedElsewhere} from '../status/EditedElsewhere.tsx'
import {LoadFailed} from '../status/LoadFailed.tsx'
import {Skeleton} from '../status/Skeleton.tsx'
import {brokenWorkspace} from './BrokenCard.tsx'
import {WorkspaceCanvas} from './WorkspaceCanvas.tsx'

/** Under this a wait is not worth showing. */
const SKELETON_AFTER_MS = 150

/** One workspace: loading, failed, or its canvas. */
export function WorkspaceView({id}: {readonly id: WorkspaceId}) {
  return (
    <WorkspaceProvider id={id}>
      <WorkspaceBoundary fallback={brokenWorkspace}>
        <Content id={id} />
      </WorkspaceBoundary>
    </WorkspaceProvider>
  )
}

function Content({id}: {readonly id: WorkspaceId}) {
  const {phase, isSlow} = useWorkspaceStatus(id)
  const isWaiting = phase === 'cold' || phase === 'loading'
  const isSkeletonDue = useDelayed(isWaiting, SKELETON_AFTER_MS)
  return (
    <div className="workspace" aria-busy={isWaiting}>
      {isSkeletonDue && <Skeleton isSlow={isSlow} />}
      {phase === 'loadFailed' && <LoadFailed id={id} />}
      {(phase === 'hot' || phase === 'readOnly' || phase === 'evicting') && <WorkspaceCanvas key={id} id={id} />}
      <EditedElsewhere id={id} />
      <Banners id={id} />
    </div>
  )
}
