import {Menu} from '@base-ui/react/menu'
import {Ellipsis} from 'lucide-react'
import type {ReactNode} from 'react'
import {type MenuEntry, MenuItems} from './menu-items.tsx'

type ActionMenuProps = {
  readonly label: string
  readonly items: readonly MenuEntry[]
  readonly className?: string
  readonly icon?: ReactNode
  readonly align?: 'start' | 'center' | 'end'
  readonly side?: 'top' | 'bottom'
  readonly onOpenChange?: (isOpen: boolean) => void
}

/** A button with a menu. */
export function ActionMenu(props: ActionMenuProps) {
  const {label, items, className = 'icon-button', icon = <Ellipsis />, align = 'end', side = 'bottom'} = props
  return (
    <Menu.Root onOpenChange={(isOpen) => props.onOpenChange?.(isOpen)}>
      <Menu.Trigger className={className} aria-label={label} title={label}>
        {icon}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="layer" sideOffset={6} align={align} side={side} collisionPadding={8}>
          <Menu.Popup className="menu">
            <MenuItems items={items} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
