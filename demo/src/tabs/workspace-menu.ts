import type {CatalogueSnapshot, WorkspaceInfo} from 'keepspace'
import {
  ArrowLeft,
  ArrowRight,
  CircleHelp,
  Copy,
  FolderInput,
  History,
  NotebookText,
  Pencil,
  Pin,
  PinOff,
  Star,
  Trash2,
} from 'lucide-react'
import {workspacesOf} from '../app/catalogue-words.ts'
import type {MenuEntry} from '../controls/menu-items.tsx'
import type {WorkspaceActions} from './use-workspace-actions.ts'

/** The menu of a workspace, on its tab. */
export function workspaceMenu(
  workspace: WorkspaceInfo,
  catalogue: CatalogueSnapshot,
  actions: WorkspaceActions,
  startRename: () => void,
): readonly MenuEntry[] {
  const siblings = workspacesOf(catalogue, workspace.entryId)
  const others = catalogue.entries.filter(({id}) => id !== workspace.entryId)
  return [
    {label: 'Rename', Icon: Pencil, keys: 'F2', onSelect: startRename},
    {label: 'Duplicate', Icon: Copy, onSelect: () => void actions.duplicate()},
    {
      label: workspace.isDefault ? 'Opens first' : 'Open first in this project',
      Icon: Star,
      isDisabled: workspace.isDefault,
      onSelect: actions.makeDefault,
    },
    {
      label: workspace.isPinned ? 'Unpin' : 'Pin: keep in memory',
      Icon: workspace.isPinned ? PinOff : Pin,
      onSelect: () => actions.pin(!workspace.isPinned),
    },
    'separator',
    {
      label: 'Move left',
      Icon: ArrowLeft,
      keys: 'Alt ←',
      isDisabled: siblings[0]?.id === workspace.id,
      onSelect: () => actions.move(-1),
    },
    {
      label: 'Move right',
      Icon: ArrowRight,
      keys: 'Alt →',
      isDisabled: siblings.at(-1)?.id === workspace.id,
      onSelect: () => actions.move(1),
    },
    {
      label: 'Move to project',
      Icon: FolderInput,
      empty: 'There is no other project',
      items: others.map(({id, title}) => ({label: title, Icon: NotebookText, onSelect: () => actions.moveTo(id)})),
    },
    {label: 'What was replaced…', Icon: History, onSelect: actions.showReplaced},
    {label: 'Why is it (not) in memory?', Icon: CircleHelp, onSelect: actions.explain},
    'separator',
    {label: 'Delete', Icon: Trash2, isDanger: true, onSelect: () => void actions.remove()},
  ]
}
