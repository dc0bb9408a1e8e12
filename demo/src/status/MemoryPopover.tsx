import {Popover} from '@base-ui/react/popover'
import {MemoryIndicator, useKeepspaceSnapshot, useMemoryStatus} from 'keepspace/react'
import {Layers} from 'lucide-react'
import {useState} from 'react'
import {WorkspaceManager} from '../memory/WorkspaceManager.tsx'
import {CapSetting} from './CapSetting.tsx'
import {HotWorkspace} from './HotWorkspace.tsx'

/** Which workspaces are in memory, seen last first, and how many may be. */
export function MemoryPopover() {
  const {hot, cap, current, isOverCap} = useKeepspaceSnapshot()
  const {level} = useMemoryStatus()
  const [isOpen, setOpen] = useState(false)
  const [isManagerOpen, setManagerOpen] = useState(false)
  const words = `Memory ${hot.length}/${cap} workspaces${level === 'low' ? '' : `, pressure ${level}`}`
  const showAll = () => {
    setOpen(false)
    setManagerOpen(true)
  }
  return (
    <>
      <Popover.Root open={isOpen} onOpenChange={setOpen}>
        <Popover.Trigger
          className="memory-button"
          aria-label={words}
          title={words}
          data-over={isOverCap || undefined}
          data-level={level}
        >
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
                These open at once and their timers go on. The one you would miss least is stored and let go first.
              </Popover.Description>
              <MemoryIndicator />
              <ol className="memory-list">
                {hot.map((id) => (
                  <HotWorkspace key={id} id={id} isCurrent={id === current} />
                ))}
              </ol>
              {hot.length === 0 && <p className="popover-text">None. Open a workspace to bring it in.</p>}
              <CapSetting />
              <button type="button" className="button is-small memory-all" onClick={showAll}>
                All workspaces…
              </button>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <WorkspaceManager isOpen={isManagerOpen} onOpenChange={setManagerOpen} />
    </>
  )
}
