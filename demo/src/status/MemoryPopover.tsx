import {Popover} from '@base-ui/react/popover'
import {useKeepspaceSnapshot} from 'keepspace/react'
import {Layers} from 'lucide-react'
import {CapSetting} from './CapSetting.tsx'
import {HotWorkspace} from './HotWorkspace.tsx'

/** Which workspaces are in memory, seen last first, and how many may be. */
export function MemoryPopover() {
  const {hot, cap, current, isOverCap} = useKeepspaceSnapshot()
  const words = `Memory ${hot.length}/${cap} workspaces`
  return (
    <Popover.Root>
      <Popover.Trigger className="memory-button" aria-label={words} title={words} data-over={isOverCap || undefined}>
        <Layers aria-hidden="true" />
        <span aria-hidden="true">
          {hot.length}/{cap}
        </span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="layer" sideOffset={8} align="end" collisionPadding={8}>
          <Popover.Popup className="popover memory">
            <Popover.Title className="popover-title">In memory</Popover.Title>
            <Popover.Description className="popover-text">
              These open at once and their timers go on. The one seen longest ago is stored and let go first.
            </Popover.Description>
            <ol className="memory-list">
              {hot.map((id) => (
                <HotWorkspace key={id} id={id} isCurrent={id === current} />
              ))}
            </ol>
            {hot.length === 0 && <p className="popover-text">None. Open a workspace to bring it in.</p>}
            <CapSetting />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
