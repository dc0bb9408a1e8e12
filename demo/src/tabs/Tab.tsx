import {useSortable} from '@dnd-kit/sortable'
import {CSS} from '@dnd-kit/utilities'
import type {WorkspaceInfo} from 'keepspace'
import {useCatalogue} from 'keepspace/react'
import {type KeyboardEvent, startTransition, useEffect, useOptimistic, useRef, useState} from 'react'
import {navigate} from '../app/routes.ts'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import {ContextActions} from '../controls/ContextActions.tsx'
import {PinButton} from '../controls/PinButton.tsx'
import {TitleInput} from '../controls/TitleInput.tsx'
import {onRenameRequested} from './rename-request.ts'
import {TabLabel} from './TabLabel.tsx'
import {useWorkspaceActions} from './use-workspace-actions.ts'
import {workspaceMenu} from './workspace-menu.ts'

type TabProps = {
  readonly workspace: WorkspaceInfo
  readonly isSelected: boolean
}

/** One workspace on the strip: choose, rename in place, drag, menu. */
export function Tab({workspace, isSelected}: TabProps) {
  const actions = useWorkspaceActions(workspace)
  const catalogue = useCatalogue()
  const [isRenaming, setRenaming] = useState(false)
  const [title, showTitle] = useOptimistic(workspace.title)
  const sortable = useSortable({id: workspace.id, disabled: isRenaming})
  const menu = workspaceMenu(workspace, catalogue, actions, () => setRenaming(true))
  const item = useRef<HTMLLIElement | null>(null)

  useEffect(() => (isSelected ? onRenameRequested(() => setRenaming(true)) : undefined), [isSelected])
  useEffect(() => {
    if (isSelected) {
      item.current?.scrollIntoView({block: 'nearest', inline: 'nearest'})
    }
  }, [isSelected])

  const rename = (next: string) =>
    startTransition(async () => {
      showTitle(next)
      await actions.rename(next)
    })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'F2') {
      event.preventDefault()
      setRenaming(true)
    } else if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      event.preventDefault()
      actions.move(event.key === 'ArrowLeft' ? -1 : 1)
    }
  }
  const place = (element: HTMLLIElement | null) => {
    item.current = element
    sortable.setNodeRef(element)
  }
  return (
    <li
      ref={place}
      className="tab"
      data-selected={isSelected || undefined}
      data-dragging={sortable.isDragging || undefined}
      style={{transform: CSS.Translate.toString(sortable.transform), transition: sortable.transition}}
    >
      {isRenaming ? (
        <TitleInput
          label="Title of the workspace"
          className="title-input tab-input"
          value={title}
          onCommit={rename}
          onDone={() => setRenaming(false)}
        />
      ) : (
        <ContextActions
          items={menu}
          render={
            <button
              type="button"
              className="tab-button"
              aria-current={isSelected ? 'page' : undefined}
              onClick={() => navigate({page: 'workspace', id: workspace.id})}
              onDoubleClick={() => setRenaming(true)}
              onKeyDown={onKeyDown}
              {...sortable.listeners}
            />
          }
        >
          <TabLabel workspace={workspace} title={title} />
        </ContextActions>
      )}
      {(isSelected || workspace.isPinned) && !isRenaming && (
        <PinButton title={title} isPinned={workspace.isPinned} onPin={actions.pin} />
      )}
      {isSelected && !isRenaming && (
        <ActionMenu label={`Actions for ${title}`} className="icon-button is-small tab-menu" items={menu} />
      )}
    </li>
  )
}
