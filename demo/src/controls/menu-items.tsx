import {Menu} from '@base-ui/react/menu'
import {Check, ChevronRight, type LucideIcon} from 'lucide-react'

/** One line of a menu. A false or undefined item is left out, so that lists can hold conditions. */
export type MenuEntry =
  | false
  | undefined
  | 'separator'
  | {
      readonly label: string
      readonly Icon?: LucideIcon
      readonly keys?: string
      readonly isDanger?: boolean
      readonly isDisabled?: boolean
      readonly isChecked?: boolean
      readonly onSelect?: () => void
      /** Opens to the side. */
      readonly items?: readonly MenuEntry[]
      /** What a submenu says when it has no items. */
      readonly empty?: string
    }

/** The lines of a menu, for a button's menu and for one under the right mouse button alike. */
export function MenuItems({items}: {readonly items: readonly MenuEntry[]}) {
  return items.map((item, index) => {
    if (!item) {
      return null
    }
    if (item === 'separator') {
      // biome-ignore lint/suspicious/noArrayIndexKey: a separator has nothing else
      return <Menu.Separator key={`separator-${index}`} className="menu-separator" />
    }
    return item.items ? <Submenu key={item.label} item={item} /> : <Item key={item.label} item={item} />
  })
}

type Line = Exclude<MenuEntry, false | undefined | 'separator'>

function Item({item}: {readonly item: Line}) {
  const {Icon} = item
  return (
    <Menu.Item
      className="menu-item"
      data-danger={item.isDanger || undefined}
      disabled={item.isDisabled ?? false}
      onClick={() => item.onSelect?.()}
    >
      <span className="menu-icon">{Icon && <Icon />}</span>
      <span className="menu-label">{item.label}</span>
      {item.isChecked && <Check className="menu-check" aria-label="chosen" />}
      {item.keys && <kbd className="menu-keys">{item.keys}</kbd>}
    </Menu.Item>
  )
}

function Submenu({item}: {readonly item: Line}) {
  const {Icon, items = [], empty = 'Nothing here'} = item
  return (
    <Menu.SubmenuRoot>
      <Menu.SubmenuTrigger className="menu-item" disabled={item.isDisabled ?? false}>
        <span className="menu-icon">{Icon && <Icon />}</span>
        <span className="menu-label">{item.label}</span>
        <ChevronRight className="menu-check" aria-hidden="true" />
      </Menu.SubmenuTrigger>
      <Menu.Portal>
        <Menu.Positioner className="layer" sideOffset={2} alignOffset={-5}>
          <Menu.Popup className="menu">
            {items.some(Boolean) ? <MenuItems items={items} /> : <p className="menu-empty">{empty}</p>}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  )
}
