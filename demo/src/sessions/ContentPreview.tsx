import type {EntryContent, Keepspace, WorkspaceId} from 'keepspace'
import {KeepspaceProvider, useWorkspaceStatus, WorkspaceBoundary, WorkspaceProvider} from 'keepspace/react'
import {useEffect, useId, useState} from 'react'
import {brokenWorkspace} from '../canvas/BrokenCard.tsx'
import {WorkspaceCanvas} from '../canvas/WorkspaceCanvas.tsx'
import {openPreview, type Preview, showInPreview} from './preview-keepspace.ts'

/** A content as it looked, workspace by workspace. Nothing in it can be changed, and nothing runs. */
export function ContentPreview({content}: {readonly content: EntryContent}) {
  const preview = usePreview(content)
  const [chosen, choose] = useState<string>()
  if (preview === undefined) {
    return <div className="preview" aria-busy="true" />
  }
  const {keepspace, workspaces} = preview
  const shown = workspaces.find(({id}) => id === chosen) ?? workspaces[0]
  return (
    <div className="preview">
      {workspaces.length > 1 && (
        <fieldset className="preview-tabs">
          <legend className="visually-hidden">Workspaces</legend>
          {workspaces.map(({id, title}) => (
            <button
              key={id}
              type="button"
              className="preview-tab"
              aria-pressed={id === shown?.id}
              onClick={() => choose(id)}
            >
              {title}
            </button>
          ))}
        </fieldset>
      )}
      {shown === undefined ? (
        <p className="page-words">There are no workspaces in it.</p>
      ) : (
        <KeepspaceProvider keepspace={keepspace}>
          <Shown key={shown.id} keepspace={keepspace} id={shown.id} />
        </KeepspaceProvider>
      )}
    </div>
  )
}

function Shown({keepspace, id}: {readonly keepspace: Keepspace; readonly id: WorkspaceId}) {
  useEffect(() => showInPreview(keepspace, id), [keepspace, id])
  return (
    <WorkspaceProvider id={id} isVisible={false}>
      <WorkspaceBoundary fallback={brokenWorkspace}>
        <Canvas id={id} />
      </WorkspaceBoundary>
    </WorkspaceProvider>
  )
}

function Canvas({id}: {readonly id: WorkspaceId}) {
  const {phase} = useWorkspaceStatus(id)
  return <div className="preview-canvas">{phase === 'readOnly' && <WorkspaceCanvas id={id} />}</div>
}

function usePreview(content: EntryContent): Preview | undefined {
  const namespace = `preview-${useId()}`
  const [preview, setPreview] = useState<Preview>()
  useEffect(() => {
    let isCurrent = true
    const opening = openPreview(content, namespace)
    void opening.then((opened) => isCurrent && setPreview(opened))
    return () => {
      isCurrent = false
      setPreview(undefined)
      void opening.then(({keepspace}) => keepspace.dispose())
    }
  }, [content, namespace])
  return preview
}
