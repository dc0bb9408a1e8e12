import {Pin} from 'lucide-react'
import {Tip} from './Tip.tsx'

type PinButtonProps = {
  readonly title: string
  readonly isPinned: boolean
  readonly onPin: (isPinned: boolean) => void
}

/** Keeps something in memory with its timers going, or lets it go again. */
export function PinButton({title, isPinned, onPin}: PinButtonProps) {
  return (
    <Tip label={isPinned ? 'Pinned: stays in memory, its timers go on' : 'Pin: stays in memory'}>
      <button
        type="button"
        className="icon-button is-small pin-button"
        aria-label={`Pin ${title}`}
        aria-pressed={isPinned}
        onClick={() => onPin(!isPinned)}
      >
        <Pin />
      </button>
    </Tip>
  )
}
