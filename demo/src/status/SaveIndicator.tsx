import type {WorkspaceId} from 'keepspace'
import {type SaveStatusPhase, useSaveStatus, useSession, useWorkspaceStatus} from 'keepspace/react'
import type {SessionPhase} from 'keepspace/sessions'
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CloudCheck,
  CloudOff,
  CloudUpload,
  GitCompareArrows,
  HardDrive,
  LoaderCircle,
  Lock,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react'
import {useDelayed} from '../app/use-delayed.ts'
import {Tip} from '../controls/Tip.tsx'

const KEEPS_UP_MS = 3000

type SaveIndicatorProps = {
  readonly id: WorkspaceId
  readonly entryId: string
}

/** How safe the workspace is, in words: on this device, and once that is in order, on the server. */
export function SaveIndicator({id, entryId}: SaveIndicatorProps) {
  const device = useCalmWords(id)
  const {status, words} = useSession(entryId)
  const isAboutServer = device.look === 'saved' && status.phase !== 'none'
  const {label, sentence} = isAboutServer ? words : device
  const Icon = isAboutServer ? sessionIcon(status.phase, status.isBehind) : icons[device.look]
  return Icon ? (
    <Tip label={sentence}>
      <button
        type="button"
        className="save-indicator"
        data-phase={device.phase}
        data-look={device.look}
        data-session={isAboutServer ? words.phase : undefined}
        data-tone={isAboutServer ? words.tone : undefined}
        aria-label={`${label}. ${sentence}`}
      >
        <Icon aria-hidden="true" />
        <span aria-hidden="true">{label}</span>
      </button>
    </Tip>
  ) : (
    <span className="save-indicator" />
  )
}

type Words = {
  readonly phase: SaveStatusPhase
  /** Which phase it looks like. */
  readonly look: SaveStatusPhase
  readonly label: string
  readonly sentence: string
}

/**
 * A running timer changes its workspace all the time, and would make the words flip every two seconds. While saves keep
 * up with it, that is what the words say; as soon as one takes longer, they say what is the case.
 */
function useCalmWords(id: WorkspaceId): Words {
  const {phase, label, sentence} = useSaveStatus(id, {smooth: true})
  const {runningCount} = useWorkspaceStatus(id)
  const isOnItsWay = phase === 'unsaved' || phase === 'saving'
  const isLate = useDelayed(isOnItsWay, KEEPS_UP_MS)
  if (runningCount > 0 && (phase === 'saved' || (isOnItsWay && !isLate))) {
    return {phase, look: 'saved', label: 'Saved as it runs', sentence: 'What runs here is stored every two seconds.'}
  }
  return {phase, look: phase, label, sentence}
}

/** While a workspace is loading or failed to, the canvas itself says so. */
const icons: Record<SaveStatusPhase, LucideIcon | undefined> = {
  closed: undefined,
  loading: undefined,
  loadFailed: undefined,
  readOnly: Lock,
  saved: CircleCheck,
  partlySaved: TriangleAlert,
  checking: CircleDashed,
  memoryOnly: HardDrive,
  unsaved: CircleDashed,
  saving: LoaderCircle,
  failed: TriangleAlert,
  conflict: GitCompareArrows,
}

function sessionIcon(phase: SessionPhase, isBehind: boolean): LucideIcon {
  return isBehind ? GitCompareArrows : sessionIcons[phase]
}

const sessionIcons: Record<SessionPhase, LucideIcon> = {
  none: CircleCheck,
  comparing: CircleCheck,
  saved: CloudCheck,
  changed: CircleCheck,
  saving: CloudUpload,
  resolving: CloudUpload,
  waiting: CloudOff,
  paused: CircleSlash,
  refused: CircleAlert,
  gone: CircleAlert,
  conflict: GitCompareArrows,
}
