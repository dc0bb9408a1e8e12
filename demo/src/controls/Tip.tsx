import {Tooltip} from '@base-ui/react/tooltip'
import type {ReactElement} from 'react'

type TipProps = {
  readonly label: string
  readonly keys?: string | undefined
  readonly side?: 'top' | 'bottom' | 'right'
  /** The button that is explained. It needs an accessible name of its own. */
  readonly children: ReactElement<Record<string, unknown>>
}

/** A short explanation on hover and focus. */
export function Tip({label, keys, side = 'bottom', children}: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner className="layer" sideOffset={8} side={side} collisionPadding={8}>
          <Tooltip.Popup className="tip">
            {label}
            {keys && <kbd>{keys}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
