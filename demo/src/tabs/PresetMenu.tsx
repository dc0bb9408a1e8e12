import type {PresetInfo, WorkspaceInfo} from 'keepspace'
import {useKeepspace} from 'keepspace/react'
import {Bookmark, BookmarkPlus, Save, Shapes, Trash2} from 'lucide-react'
import {useState} from 'react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import type {MenuEntry} from '../controls/menu-items.tsx'
import {PromptDialog} from '../controls/PromptDialog.tsx'

/** Arrangements with a name: keep the one that is shown, put another one on the canvas. */
export function PresetMenu({workspace}: {readonly workspace: WorkspaceInfo}) {
  const keepspace = useKeepspace()
  const {presets} = keepspace
  const [isNaming, setNaming] = useState(false)
  const [known, setKnown] = useState<readonly PresetInfo[]>([])
  const refresh = async () => setKnown((await attempt('Presets could not be read', presets.list())) ?? [])

  const keep = async (title: string) => {
    if (await attempt('The preset could not be saved', presets.save(workspace.id, title))) {
      toast.success(`“${title}” is kept as a preset`)
    }
  }
  const insert = async (preset: PresetInfo) => {
    const outcome = await attempt('The preset could not be inserted', presets.load(preset.id, workspace.id))
    if (outcome?.error) {
      toast.error('The preset is not saved yet', {description: outcome.error.sentence})
    }
  }
  const forget = async (preset: PresetInfo) => {
    const isDone = await attempt(
      'The preset could not be deleted',
      presets.delete(preset.id).then(() => true),
    )
    if (isDone) {
      toast(`Preset “${preset.title}” deleted`)
    }
  }
  const items: readonly MenuEntry[] = [
    {label: 'Save arrangement as preset…', Icon: BookmarkPlus, onSelect: () => setNaming(true)},
    {
      label: 'Insert preset',
      Icon: Shapes,
      empty: 'No presets yet',
      items: known.map((preset) => ({label: preset.title, Icon: Bookmark, onSelect: () => void insert(preset)})),
    },
    known.length > 0 && {
      label: 'Delete preset',
      Icon: Trash2,
      items: known.map((preset) => ({label: preset.title, Icon: Bookmark, onSelect: () => void forget(preset)})),
    },
    'separator',
    {
      label: 'Save now',
      Icon: Save,
      keys: 'Ctrl S',
      onSelect: () => void attempt('It could not be saved', keepspace.workspace(workspace.id).save()),
    },
  ]
  return (
    <>
      <ActionMenu label="Arrangement" items={items} onOpenChange={(isOpen) => isOpen && void refresh()} />
      <PromptDialog
        isOpen={isNaming}
        title="Save arrangement as preset"
        text="A copy of the cards on this canvas, to be put on any other one."
        label="Name"
        initial={workspace.title}
        action="Save preset"
        onSubmit={(title) => void keep(title)}
        onClose={() => setNaming(false)}
      />
    </>
  )
}
