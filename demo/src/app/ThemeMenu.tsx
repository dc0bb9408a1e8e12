import {Monitor, Moon, Sun} from 'lucide-react'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import {type Theme, useTheme} from './theme.ts'

const themes = [
  {theme: 'system', label: 'Like the system', Icon: Monitor},
  {theme: 'light', label: 'Light', Icon: Sun},
  {theme: 'dark', label: 'Dark', Icon: Moon},
] as const satisfies readonly {theme: Theme; label: string; Icon: typeof Sun}[]

/** Light, dark, or what the system says. */
export function ThemeMenu() {
  const [chosen, choose] = useTheme()
  const {Icon} = themes.find(({theme}) => theme === chosen) ?? themes[0]
  return (
    <ActionMenu
      label="Appearance"
      icon={<Icon />}
      side="top"
      align="start"
      items={themes.map(({theme, label, Icon: ItemIcon}) => ({
        label,
        Icon: ItemIcon,
        isChecked: theme === chosen,
        onSelect: () => choose(theme),
      }))}
    />
  )
}
