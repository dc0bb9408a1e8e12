import type {EntryInfo} from 'keepspace'
import {useCatalogue, useKeepspace} from 'keepspace/react'
import {LayoutTemplate, Plus} from 'lucide-react'
import {startTransition, useOptimistic} from 'react'
import {useAppDialogs} from '../app/app-dialogs.ts'
import {attempt} from '../app/attempt.ts'
import {movedBefore, workspacesOf} from '../app/catalogue-words.ts'
import {navigate} from '../app/routes.ts'
import {SortableArea} from '../controls/SortableArea.tsx'
import {Tip} from '../controls/Tip.tsx'
import {Tab} from './Tab.tsx'

type TabStripProps = {
  readonly entry: EntryInfo
  readonly selectedId: string | undefined
}

/** The workspaces of one entry as tabs. */
export function TabStrip({entry, selectedId}: TabStripProps) {
  const {catalogue} = useKeepspace()
  const workspaces = workspacesOf(useCatalogue(), entry.id)
  const [shown, show] = useOptimistic(workspaces)
  const create = useCreateWorkspace(entry)
  const {openTemplates} = useAppDialogs()

  const reorder = (id: string, before: string | undefined) =>
    startTransition(async () => {
      const moved = workspaces.find((workspace) => workspace.id === id)
      const target = workspaces.find((workspace) => workspace.id === before)
      if (moved) {
        show(movedBefore(workspaces, id, before))
        await attempt('The workspace could not be moved', catalogue.reorderWorkspace(moved.id, target?.id))
      }
    })

  return (
    <nav className="tabs" aria-label={`Workspaces of ${entry.title}`}>
      <SortableArea ids={shown.map(({id}) => id)} direction="horizontal" onMove={reorder}>
        <ul className="tab-list">
          {shown.map((workspace) => (
            <Tab key={workspace.id} workspace={workspace} isSelected={workspace.id === selectedId} />
          ))}
        </ul>
      </SortableArea>
      <Tip label="New workspace" keys="N">
        <button type="button" className="icon-button" aria-label="New workspace" onClick={create}>
          <Plus />
        </button>
      </Tip>
      <Tip label="New workspace from a template">
        <button
          type="button"
          className="icon-button tabs-template"
          aria-label="Workspace from a template"
          onClick={openTemplates}
        >
          <LayoutTemplate />
        </button>
      </Tip>
    </nav>
  )
}

/** Creates a workspace in an entry and goes there. */
export function useCreateWorkspace(entry: EntryInfo): () => Promise<void> {
  const {catalogue} = useKeepspace()
  const count = workspacesOf(useCatalogue(), entry.id).length
  return async () => {
    const title = count === 0 ? 'Workspace' : `Workspace ${count + 1}`
    const created = catalogue.createWorkspace({entryId: entry.id, title})
    const id = await attempt('The workspace could not be created', created)
    if (id !== undefined) {
      navigate({page: 'workspace', id})
    }
  }
}
