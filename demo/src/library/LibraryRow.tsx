import {FolderOpen, Link, Pencil, Trash2, X} from 'lucide-react'
import {toast} from 'sonner'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import {TitleInput} from '../controls/TitleInput.tsx'
import {copyText, snapshotLink} from '../sessions/snapshot-link.ts'
import {dayOf} from '../storage/storage-words.ts'
import {type LibraryItem, type LibraryName, libraryWords} from './library-lists.ts'
import {useOpen} from './use-open.ts'

type LibraryRowProps = {
  readonly name: LibraryName
  readonly row: LibraryItem
  readonly isChosen: boolean
  readonly isRenaming: boolean
  readonly onToggle: (isRange: boolean) => void
  readonly onRenaming: (isRenaming: boolean) => void
  readonly onRename: ((title: string) => void) | undefined
  readonly onRemove: () => void
  readonly onDismiss: () => void
}

/** One row: choose, open, rename, share, take off the list; and why the last of it was taken back. */
export function LibraryRow(props: LibraryRowProps) {
  const {name, row, isChosen, isRenaming, onToggle, onRenaming, onRename, onRemove, onDismiss} = props
  const {open, isOpening} = useOpen(name, row.id)
  return (
    <div className="library-row" data-chosen={isChosen || undefined} data-pending={row.isPending || undefined}>
      <input
        type="checkbox"
        aria-label={`Select ${row.title}`}
        checked={isChosen}
        onChange={(event) => onToggle((event.nativeEvent as MouseEvent).shiftKey === true)}
      />
      <div className="library-words">
        {isRenaming && onRename ? (
          <TitleInput
            label="Title of the session"
            value={row.title}
            onCommit={onRename}
            onDone={() => onRenaming(false)}
          />
        ) : (
          <button type="button" className="library-title" disabled={isOpening || row.isGone} onClick={open}>
            {row.title}
          </button>
        )}
        {row.failure === undefined ? (
          <p className="library-detail">{isOpening ? 'opening…' : row.detail}</p>
        ) : (
          <p className="library-failure" role="alert">
            Taken back: {row.failure.sentence}
            <button type="button" className="icon-button is-small" aria-label="Understood" onClick={onDismiss}>
              <X />
            </button>
          </p>
        )}
      </div>
      <time className="library-time" dateTime={new Date(row.at).toISOString()}>
        {dayOf(row.at)}
      </time>
      <ActionMenu
        label={`Actions for ${row.title}`}
        className="icon-button is-small"
        items={[
          {
            label: name === 'templates' ? 'Begin from it' : 'Open',
            Icon: FolderOpen,
            isDisabled: row.isGone,
            onSelect: open,
          },
          (name === 'snapshots' || name === 'visits') && {
            label: 'Copy link',
            Icon: Link,
            onSelect: () => void copyLink(row.id),
          },
          onRename && {label: 'Rename', Icon: Pencil, keys: 'F2', onSelect: () => onRenaming(true)},
          'separator',
          {label: libraryWords[name].remove, Icon: Trash2, isDanger: true, onSelect: onRemove},
        ]}
      />
    </div>
  )
}

async function copyLink(id: string): Promise<void> {
  if (await copyText(snapshotLink(id))) {
    toast.success('The link is in your clipboard')
  } else {
    toast.error('The link could not be copied', {description: 'Open the snapshot and copy its address.'})
  }
}
