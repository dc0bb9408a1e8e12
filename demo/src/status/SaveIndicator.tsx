import {Popover} from '@base-ui/react/popover'
import type {WorkspaceId} from 'keepspace'
import {
  type SaveStatusPhase,
  type SessionTone,
  useSaveStatus,
  useServerSave,
  useSession,
  useWorkspaceStatus,
} from 'keepspace/react'
import type {SessionPhase, UnsentReason} from 'keepspace/sessions'
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
import {SavePlaces} from './SavePlaces.tsx'
import {useAutoSend} from './use-auto-send.ts'

const KEEPS_UP_MS = 3000

type SaveIndicatorProps = {
  readonly id: WorkspaceId
  readonly entryId: string
}

/** How safe the workspace is, in words: on this device, and once that is in order, on the server. Opens all of it. */
export function SaveIndicator({id, entryId}: SaveIndicatorProps) {
  const device = useCalmWords(id)
  const shown = useShown(id, entryId, device)
  if (shown === undefined) {
    return <span className="save-indicator" />
  }
  const {label, sentence, Icon} = shown
  return (
    <Popover.Root>
      <Tip label={sentence}>
        <Popover.Trigger
          className="save-indicator"
          data-phase={device.phase}
          data-look={device.look}
          data-session={shown.session}
          data-server={shown.server}
          data-tone={shown.tone}
          aria-label={`${label}. ${sentence}`}
        >
          <Icon aria-hidden="true" />
          <span aria-hidden="true">{label}</span>
        </Popover.Trigger>
      </Tip>
      <Popover.Portal>
        <Popover.Positioner className="layer" sideOffset={8} align="end" collisionPadding={8}>
          <Popover.Popup className="popover">
            <SavePlaces id={id} entryId={entryId} device={device} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

type Shown = {
  readonly label: string
  readonly sentence: string
  readonly Icon: LucideIcon
  readonly tone?: SessionTone
  /** How the session stands, where the words are about it. */
  readonly session?: SessionPhase
  /** The same for what is sent by itself. */
  readonly server?: 'there' | UnsentReason
}

/** What comes first: trouble on this device, then with the session, then what is sent by itself, then the session. */
function useShown(id: WorkspaceId, entryId: string, device: Words): Shown | undefined {
  const {status, words} = useSession(entryId)
  const {unsent, words: server} = useServerSave(id)
  const [isSent] = useAutoSend(id)
  const Icon = icons[device.look]
  if (Icon === undefined) {
    return undefined
  }
  if (device.look !== 'saved') {
    return {label: device.label, sentence: device.sentence, Icon}
  }
  const hasSession = status.phase !== 'none'
  const needsPerson = hasSession && (words.tone === 'trouble' || words.tone === 'waiting')
  if (isSent && !needsPerson) {
    const {label, sentence, tone} = server
    return {label, sentence, tone, Icon: toneIcons[tone], server: unsent?.reason ?? 'there'}
  }
  return hasSession
    ? {
        label: words.label,
        sentence: words.sentence,
        Icon: sessionIcon(status.phase, status.isBehind),
        tone: words.tone,
        session: words.phase,
      }
    : {label: device.label, sentence: device.sentence, Icon}
}

const toneIcons: Record<SessionTone, LucideIcon> = {
  good: CloudCheck,
  quiet: CircleCheck,
  busy: CloudUpload,
  waiting: CloudOff,
  trouble: CircleAlert,
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
