import {ContextMenu} from '@base-ui/react/context-menu'
import type {ReactElement, ReactNode} from 'react'
import {type MenuEntry, MenuItems} from './menu-items.tsx'

type ContextActionsProps = {
  readonly items: readonly MenuEntry[]
  /** What the right mouse button, or a long press, opens the menu on. */
  readonly render: ReactElement
  readonly children: ReactNode
}

/** The same actions as a menu button, under the right mouse button. */
export function ContextActions({items, render, children}: ContextActionsProps) {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={render}>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="layer">
          <ContextMenu.Popup className="menu">
            <MenuItems items={items} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
