import {Dialog} from '@base-ui/react/dialog'
import type {EntryInfo} from 'keepspace'
import {SessionNamesForm, useSession} from 'keepspace/react'
import {Check, Copy} from 'lucide-react'
import {useState} from 'react'
import {DialogFrame} from '../controls/DialogFrame.tsx'
import {SubmitActions} from '../controls/SubmitActions.tsx'
import {AskingFailed} from './AskingFailed.tsx'
import {sessionTitleOf} from './session-title.ts'
import {copyText, snapshotLink} from './snapshot-link.ts'
import {useAsking} from './use-asking.ts'

type SnapshotDialogProps = {
  readonly entry: EntryInfo
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Makes a copy that never changes, and hands out its link. */
export function SnapshotDialog({entry, isOpen, onClose}: SnapshotDialogProps) {
  const {status, createSnapshot} = useSession(entry.id)
  const [link, setLink] = useState<string>()
  const [isCopied, setCopied] = useState(false)
  const copy = async (text: string) => setCopied(await copyText(text))
  const {isBusy, error, ask, forget} = useAsking(createSnapshot, ({id}) => {
    setLink(snapshotLink(id))
    void copy(snapshotLink(id))
  })
  const reset = () => {
    forget()
    setLink(undefined)
    setCopied(false)
  }
  return (
    <DialogFrame
      isOpen={isOpen}
      onClose={onClose}
      onClosed={reset}
      title={link === undefined ? 'Create a snapshot' : 'The snapshot is ready'}
      text={
        link === undefined
          ? 'A copy of the project as it is now. Anybody who has its link can look at it; it never changes.'
          : 'Anybody who has this link can look at it and make a project of their own from it.'
      }
    >
      {link === undefined ? (
        <SessionNamesForm
          className="names-form"
          fieldClassName="field"
          inputClassName="text-input"
          initial={{title: sessionTitleOf(status.title ?? entry.title)}}
          onSubmit={(names) => void ask(names)}
        >
          <AskingFailed error={error} />
          <SubmitActions action={error === undefined ? 'Create snapshot' : 'Try again'} isBusy={isBusy} />
        </SessionNamesForm>
      ) : (
        <SnapshotLink link={link} isCopied={isCopied} onCopy={() => void copy(link)} />
      )}
    </DialogFrame>
  )
}

type SnapshotLinkProps = {
  readonly link: string
  readonly isCopied: boolean
  readonly onCopy: () => void
}

function SnapshotLink({link, isCopied, onCopy}: SnapshotLinkProps) {
  return (
    <>
      <label className="field">
        <span>Link</span>
        <input
          className="text-input"
          value={link}
          readOnly
          ref={(input) => input?.select()}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <p className="dialog-note" role="status">
        {isCopied ? 'The link is in your clipboard.' : 'Copy the link from here.'}
      </p>
      <div className="dialog-actions">
        <a className="button" href={link} target="_blank" rel="noreferrer">
          Open it
        </a>
        <button type="button" className="button" onClick={onCopy}>
          {isCopied ? <Check /> : <Copy />} Copy link
        </button>
        <Dialog.Close className="button is-primary">Done</Dialog.Close>
      </div>
    </>
  )
}
