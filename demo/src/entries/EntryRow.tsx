import {useSortable} from '@dnd-kit/sortable'
import {CSS} from '@dnd-kit/utilities'
import type {EntryInfo} from 'keepspace'
import {useCatalogue, useKeepspaceSnapshot} from 'keepspace/react'
import {type KeyboardEvent, startTransition, useOptimistic, useState} from 'react'
import {landingOf} from '../app/catalogue-words.ts'
import {navigate} from '../app/routes.ts'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import {ContextActions} from '../controls/ContextActions.tsx'
import {PinButton} from '../controls/PinButton.tsx'
import {TitleInput} from '../controls/TitleInput.tsx'
import {EntryDots} from './EntryDots.tsx'
import {useEntryActions} from './use-entry-actions.ts'

type EntryRowProps = {
  readonly entry: EntryInfo
  readonly isSelected: boolean
  /** Called after it was chosen, so that a drawer can close. */
  readonly onChosen: () => void
}

/** One entry in the sidebar: choose, rename in place, drag, menu. */
export function EntryRow({entry, isSelected, onChosen}: EntryRowProps) {
  const actions = useEntryActions(entry)
  const open = useOpenEntry(entry)
  const [isRenaming, setRenaming] = useState(false)
  const [title, showTitle] = useOptimistic(entry.title)
  const {setNodeRef, listeners, transform, transition, isDragging} = useSortable({id: entry.id, disabled: isRenaming})
  const menu = actions.menu(() => setRenaming(true))

  const rename = (next: string) =>
    startTransition(async () => {
      showTitle(next)
      await actions.rename(next)
    })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'F2') {
      event.preventDefault()
      setRenaming(true)
    } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      actions.move(event.key === 'ArrowUp' ? -1 : 1)
    }
  }
  return (
    <li
      ref={setNodeRef}
      className="entry"
      data-selected={isSelected || undefined}
      data-dragging={isDragging || undefined}
      style={{transform: CSS.Translate.toString(transform), transition}}
    >
      {isRenaming ? (
        <TitleInput
          label="Title of the project"
          className="title-input entry-input"
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
              className="entry-button"
              aria-current={isSelected ? 'true' : undefined}
              onClick={() => {
                open()
                onChosen()
              }}
              onDoubleClick={() => setRenaming(true)}
              onKeyDown={onKeyDown}
              {...listeners}
            />
          }
        >
          <span className="entry-title">{title}</span>
          <EntryDots entryId={entry.id} />
        </ContextActions>
      )}
      {entry.isPinned && !isRenaming && <PinButton title={title} isPinned onPin={actions.pin} />}
      <ActionMenu label={`Actions for ${title}`} className="icon-button is-small entry-menu" items={menu} />
    </li>
  )
}

function useOpenEntry(entry: EntryInfo): () => void {
  const catalogue = useCatalogue()
  const snapshot = useKeepspaceSnapshot()
  return () => {
    const landing = landingOf(catalogue, snapshot, entry)
    navigate(landing ? {page: 'workspace', id: landing.id} : {page: 'entry', id: entry.id})
  }
}
