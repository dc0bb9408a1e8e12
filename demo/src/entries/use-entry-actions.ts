import type {EntryInfo} from 'keepspace'
import {useCatalogue, useKeepspace} from 'keepspace/react'
import {ArrowDown, ArrowUp, Pencil, Pin, PinOff, SquarePlus, Trash2} from 'lucide-react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {neighbourFor} from '../app/catalogue-words.ts'
import {navigate, useRoute} from '../app/routes.ts'
import type {MenuEntry} from '../controls/menu-items.tsx'

/** What can be done with one entry. */
export type EntryActions = {
  readonly rename: (title: string) => Promise<unknown>
  readonly pin: (isPinned: boolean) => void
  readonly move: (step: -1 | 1) => void
  readonly menu: (startRename: () => void) => readonly MenuEntry[]
}

export function useEntryActions(entry: EntryInfo): EntryActions {
  const {catalogue} = useKeepspace()
  const {entries} = useCatalogue()
  const leave = useLeave(entry)
  const move = (step: -1 | 1) => {
    const before = neighbourFor(entries, entry.id, step)
    if (before !== 'stay') {
      const target = entries.find(({id}) => id === before)?.id
      void attempt('The project could not be moved', catalogue.reorderEntry(entry.id, target))
    }
  }
  const pin = (isPinned: boolean) =>
    void attempt('The pin could not be changed', catalogue.setEntryPinned(entry.id, isPinned))
  const remove = async () => {
    leave.before()
    const isDone = await attempt(
      'The project could not be deleted',
      catalogue.deleteEntry(entry.id).then(() => true),
    )
    if (!isDone) {
      leave.goBack()
      return
    }
    leave.after()
    const restore = async () => {
      await attempt('It could not be restored', catalogue.restoreEntry(entry.id))
      leave.goBack()
    }
    toast(`“${entry.title}” is in the trash`, {action: {label: 'Undo', onClick: () => void restore()}})
  }
  const addWorkspace = async () => {
    const created = catalogue.createWorkspace({entryId: entry.id, title: 'Untitled'})
    const id = await attempt('The workspace could not be created', created)
    if (id !== undefined) {
      navigate({page: 'workspace', id})
    }
  }
  return {
    rename: (title) => attempt('The project could not be renamed', catalogue.renameEntry(entry.id, title)),
    pin,
    move,
    menu: (startRename) => [
      {label: 'Rename', Icon: Pencil, keys: 'F2', onSelect: startRename},
      {label: 'New workspace', Icon: SquarePlus, onSelect: () => void addWorkspace()},
      {
        label: entry.isPinned ? 'Unpin' : 'Pin: keep in memory',
        Icon: entry.isPinned ? PinOff : Pin,
        onSelect: () => pin(!entry.isPinned),
      },
      'separator',
      {
        label: 'Move up',
        Icon: ArrowUp,
        keys: 'Alt ↑',
        isDisabled: entries[0]?.id === entry.id,
        onSelect: () => move(-1),
      },
      {
        label: 'Move down',
        Icon: ArrowDown,
        keys: 'Alt ↓',
        isDisabled: entries.at(-1)?.id === entry.id,
        onSelect: () => move(1),
      },
      'separator',
      {label: 'Delete', Icon: Trash2, isDanger: true, onSelect: () => void remove()},
    ],
  }
}

type Leave = {
  /** Goes to another entry, if this one is shown. */
  readonly before: () => void
  /** When there was no other one. */
  readonly after: () => void
  readonly goBack: () => void
}

/** Ways away from an entry that is deleted, and back to it. */
function useLeave(entry: EntryInfo): Leave {
  const {entries, workspaces} = useCatalogue()
  const route = useRoute()
  const shown = route.page === 'workspace' ? workspaces.find(({id}) => id === route.id)?.entryId : undefined
  const isShown = shown === entry.id || (route.page === 'entry' && route.id === entry.id)
  const at = entries.findIndex(({id}) => id === entry.id)
  const other = entries[at + 1] ?? entries[at - 1]
  return {
    before: () => isShown && other && navigate({page: 'entry', id: other.id}, {replace: true}),
    after: () => isShown && !other && navigate({page: 'start'}, {replace: true}),
    goBack: () => isShown && navigate(route),
  }
}
