import type {WorkspaceId} from 'keepspace'
import {useWorkspaceStatus} from 'keepspace/react'

/** Says quietly that another tab edits this workspace. It lies over the canvas and moves nothing. */
export function EditedElsewhere({id}: {readonly id: WorkspaceId}) {
  const {editing} = useWorkspaceStatus(id)
  const isShown = editing === 'elsewhere'
  return (
    <p className="elsewhere" role="status" data-shown={isShown || undefined}>
      {isShown && 'Edited in another tab. Typing here takes over.'}
    </p>
  )
}
