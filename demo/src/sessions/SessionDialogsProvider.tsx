import type {EntryInfo, WorkspaceInfo} from 'keepspace'
import {useSessionWatch} from 'keepspace/react'
import {type ReactNode, useMemo, useState} from 'react'
import {SaveTemplateDialog} from '../templates/SaveTemplateDialog.tsx'
import {ErrorDialog} from './ErrorDialog.tsx'
import {HistoryDialog} from './HistoryDialog.tsx'
import {SaveAsDialog} from './SaveAsDialog.tsx'
import {SessionConflictDialog} from './SessionConflictDialog.tsx'
import {SnapshotDialog} from './SnapshotDialog.tsx'
import {type SessionDialog, SessionDialogsContext} from './session-dialogs.ts'
import {useSaveNow} from './use-save-now.ts'
import {useSaveShortcuts} from './use-save-shortcuts.ts'

type SessionDialogsProviderProps = {
  readonly entry: EntryInfo
  readonly workspace: WorkspaceInfo | undefined
  readonly children: ReactNode
}

/** Everything that is asked about the session of one project, and the keys that save it. */
export function SessionDialogsProvider({entry, workspace, children}: SessionDialogsProviderProps) {
  const [dialog, setDialog] = useState<SessionDialog>()
  const save = useSaveNow(entry.id, workspace?.id, setDialog)
  const dialogs = useMemo(
    () => ({save: () => void save(), open: (kind: Exclude<SessionDialog['kind'], 'failure'>) => setDialog({kind})}),
    [save],
  )
  useSaveShortcuts({onSave: dialogs.save, onSaveAs: () => dialogs.open('saveAs')})
  useSessionWatch(entry.id)
  const close = () => setDialog(undefined)
  // Another way out of a failure opens a dialog of its own, before this one closes.
  const closeFailure = () => setDialog((shown) => (shown?.kind === 'failure' ? undefined : shown))
  return (
    <SessionDialogsContext value={dialogs}>
      {children}
      <SaveAsDialog entry={entry} isOpen={dialog?.kind === 'saveAs'} onClose={close} />
      <SnapshotDialog entry={entry} isOpen={dialog?.kind === 'snapshot'} onClose={close} />
      <SessionConflictDialog entryId={entry.id} isOpen={dialog?.kind === 'compare'} onClose={close} />
      <HistoryDialog entryId={entry.id} isOpen={dialog?.kind === 'history'} onClose={close} />
      <SaveTemplateDialog entry={entry} workspace={workspace} isOpen={dialog?.kind === 'template'} onClose={close} />
      <ErrorDialog failure={dialog?.kind === 'failure' ? dialog.failure : undefined} onClose={closeFailure} />
    </SessionDialogsContext>
  )
}
