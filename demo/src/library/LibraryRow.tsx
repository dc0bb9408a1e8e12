import type {DocumentListName, DocumentRow} from 'keepspace/react'
import {useSessions} from 'keepspace/react'
import {FolderOpen, Link, Pencil, Trash2, X} from 'lucide-react'
import {useState} from 'react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {navigate} from '../app/routes.ts'
import {ActionMenu} from '../controls/ActionMenu.tsx'
import {TitleInput} from '../controls/TitleInput.tsx'
import {copyText, snapshotLink} from '../sessions/snapshot-link.ts'
import {dayOf, sizeOf} from '../storage/storage-words.ts'

type LibraryRowProps = {
  readonly name: DocumentListName
  readonly row: DocumentRow
  readonly isChosen: boolean
  readonly isRenaming: boolean
  readonly onToggle: (isRange: boolean) => void
  readonly onRenaming: (isRenaming: boolean) => void
  readonly onRename: (title: string) => void
  readonly onDelete: () => void
  readonly onDismiss: () => void
}

/** One session or snapshot: choose, open, rename, share, delete; and why the last of it was taken back. */
export function LibraryRow(props: LibraryRowProps) {
  const {name, row, isChosen, isRenaming, onToggle, onRenaming, onRename, onDelete, onDismiss} = props
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
        {isRenaming ? (
          <TitleInput
            label="Title of the session"
            value={row.title}
            onCommit={onRename}
            onDone={() => onRenaming(false)}
          />
        ) : (
          <button type="button" className="library-title" disabled={isOpening} onClick={open}>
            {row.title}
          </button>
        )}
        {row.failure === undefined ? (
          <p className="library-detail">
            {[sizeOf(row.bytes), isOpening && 'opening…', row.isPending && 'renaming…', row.description]
              .filter(Boolean)
              .join(' · ')}
          </p>
        ) : (
          <p className="library-failure" role="alert">
            Taken back: {row.failure.sentence}
            <button type="button" className="icon-button is-small" aria-label="Understood" onClick={onDismiss}>
              <X />
            </button>
          </p>
        )}
      </div>
      <time className="library-time" dateTime={new Date(row.updatedAt).toISOString()}>
        {dayOf(row.updatedAt)}
      </time>
      <ActionMenu
        label={`Actions for ${row.title}`}
        className="icon-button is-small"
        items={[
          {label: 'Open', Icon: FolderOpen, onSelect: open},
          name === 'snapshots' && {label: 'Copy link', Icon: Link, onSelect: () => void copyLink(row.id)},
          name === 'sessions' && {label: 'Rename', Icon: Pencil, keys: 'F2', onSelect: () => onRenaming(true)},
          'separator',
          {label: 'Delete', Icon: Trash2, isDanger: true, onSelect: onDelete},
        ]}
      />
    </div>
  )
}

function useOpen(name: DocumentListName, id: string): {readonly open: () => void; readonly isOpening: boolean} {
  const sessions = useSessions()
  const [isOpening, setOpening] = useState(false)
  const openSession = async () => {
    setOpening(true)
    const entryId = await attempt('It could not be opened', sessions.open(id))
    setOpening(false)
    if (entryId !== undefined) {
      navigate({page: 'entry', id: entryId})
    }
  }
  const open = () => {
    if (name === 'sessions') {
      void openSession()
    } else {
      window.location.assign(snapshotLink(id))
    }
  }
  return {open, isOpening}
}

async function copyLink(id: string): Promise<void> {
  if (await copyText(snapshotLink(id))) {
    toast.success('The link is in your clipboard')
  } else {
    toast.error('The link could not be copied', {description: 'Open the snapshot and copy its address.'})
  }
}
