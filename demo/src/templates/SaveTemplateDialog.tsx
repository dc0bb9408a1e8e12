import type {EntryInfo, WorkspaceInfo} from 'keepspace'
import {SessionNamesForm, useSession} from 'keepspace/react'
import {useState} from 'react'
import {toast} from 'sonner'
import {DialogFrame} from '../controls/DialogFrame.tsx'
import {SubmitActions} from '../controls/SubmitActions.tsx'
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
    <DialogFrame
      isOpen={isOpen}
      onClose={onClose}
      title="Save as template"
      text="A copy of it as it is now, kept on the server, to begin new ones from."
    >
      <TemplateForm entry={entry} workspace={workspace} onDone={onClose} />
    </DialogFrame>
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
      <SubmitActions action={error === undefined ? 'Save template' : 'Try again'} isBusy={isBusy} />
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
