import type {WorkspaceId} from 'keepspace'
import {type SaveStatusPhase, useSaveStatus} from 'keepspace/react'
import {
  CircleCheck,
  CircleDashed,
  GitCompareArrows,
  HardDrive,
  LoaderCircle,
  Lock,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react'
import {Tip} from '../controls/Tip.tsx'

/** How safe the workspace is, in words. */
export function SaveIndicator({id}: {readonly id: WorkspaceId}) {
  const {phase, label, sentence} = useSaveStatus(id, {smooth: true})
  const Icon = icons[phase]
  return Icon ? (
    <Tip label={sentence}>
      <button type="button" className="save-indicator" data-phase={phase} aria-label={`${label}. ${sentence}`}>
        <Icon aria-hidden="true" />
        <span aria-hidden="true">{label}</span>
      </button>
    </Tip>
  ) : null
}

/** While a workspace is loading or failed to, the canvas itself says so. */
const icons: Record<SaveStatusPhase, LucideIcon | undefined> = {
  closed: undefined,
  loading: undefined,
  loadFailed: undefined,
  readOnly: Lock,
  saved: CircleCheck,
  partlySaved: TriangleAlert,
  memoryOnly: HardDrive,
  unsaved: CircleDashed,
  saving: LoaderCircle,
  failed: TriangleAlert,
  conflict: GitCompareArrows,
}
