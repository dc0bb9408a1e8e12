import type {WorkspaceInfo} from 'keepspace'
import {useEvictionExplanation, useKeepspaceSnapshot, useSaveStatus, useWorkspaceStatus} from 'keepspace/react'
import {Star, TriangleAlert} from 'lucide-react'
import {ResidencyDot} from '../controls/ResidencyDot.tsx'

/** Title, whether it is in memory, and how safe it is; in words for those who do not see it. */
export function TabLabel({workspace, title}: {readonly workspace: WorkspaceInfo; readonly title: string}) {
  const {phase, save, problems, runningCount} = useWorkspaceStatus(workspace.id)
  const {label} = useSaveStatus(workspace.id, {smooth: true})
  const isHot = useKeepspaceSnapshot().hot.includes(workspace.id)
  const isTroubled =
    phase === 'loadFailed' || save === 'failed' || save === 'conflict' || problems.some(({kind}) => kind !== 'readOnly')
  const why = useEvictionExplanation(workspace.id)?.sentence
  const words = isHot ? `in memory, ${label.toLowerCase()}` : 'on disk'
  return (
    <span className="tab-label" title={`${title}: ${words}. ${why ?? ''}`}>
      <ResidencyDot isHot={isHot} isRunning={runningCount > 0} />
      <span className="tab-title">{title}</span>
      {workspace.isDefault && <Star className="tab-star" aria-label="opens first" />}
      {isTroubled && <TriangleAlert className="tab-alert" aria-label="needs attention" />}
      <span className="visually-hidden">, {words}</span>
    </span>
  )
}
