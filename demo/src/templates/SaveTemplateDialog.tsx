import {Dialog} from '@base-ui/react/dialog'
import type {EntryInfo, WorkspaceInfo} from 'keepspace'
import {SessionNamesForm, useSession} from 'keepspace/react'
import {useState} from 'react'
import {toast} from 'sonner'
import {AskingFailed} from '../sessions/AskingFailed.tsx'
import {sessionTitleOf} from '../sessions/session-title.ts'
import {useAsking} from '../sessions/use-asking.ts'

type SaveTemplateDialogProps = {
  readonly entry: EntryInfo
  /** The one that is shown. */
  readonly workspace: WorkspaceInfo | undefined
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Keeps a project, or only the workspace that is shown, as something to begin from. */
export function SaveTemplateDialog({entry, workspace, isOpen, onClose}: SaveTemplateDialogProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title className="dialog-title">Save as template</Dialog.Title>
          <Dialog.Description className="dialog-text">
            A copy of it as it is now, kept on the server, to begin new ones from.
          </Dialog.Description>
          <TemplateForm entry={entry} workspace={workspace} onDone={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

type TemplateFormProps = Pick<SaveTemplateDialogProps, 'entry' | 'workspace'> & {readonly onDone: () => void}

/** Begins anew with each time the dialog is opened. */
function TemplateForm({entry, workspace, onDone}: TemplateFormProps) {
  const {createTemplate} = useSession(entry.id)
  const [isWhole, setWhole] = useState(workspace === undefined)
  const only = isWhole ? undefined : workspace
  const {isBusy, error, ask} = useAsking(createTemplate, ({title}) => {
    toast.success(`“${title}” is a template now`)
    onDone()
  })
  return (
    <SessionNamesForm
      className="names-form"
      fieldClassName="field"
      inputClassName="text-input"
      initial={{title: sessionTitleOf((workspace ?? entry).title)}}
      onSubmit={(names) => void ask(names, only && {workspaceId: only.id})}
    >
      {workspace && (
        <fieldset className="radio-group">
          <legend>What</legend>
          <Part label={`Only “${workspace.title}”`} isChosen={!isWhole} onChoose={() => setWhole(false)} />
          <Part label="The whole project" isChosen={isWhole} onChoose={() => setWhole(true)} />
        </fieldset>
      )}
      <AskingFailed error={error} />
      <div className="dialog-actions">
        <Dialog.Close className="button">Cancel</Dialog.Close>
        <button type="submit" className="button is-primary" disabled={isBusy}>
          {error === undefined ? 'Save template' : 'Try again'}
        </button>
      </div>
    </SessionNamesForm>
  )
}

type PartProps = {readonly label: string; readonly isChosen: boolean; readonly onChoose: () => void}

function Part({label, isChosen, onChoose}: PartProps) {
  return (
    <label>
      <input type="radio" name="part" checked={isChosen} onChange={onChoose} />
      {label}
    </label>
  )
}
