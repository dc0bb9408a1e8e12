import {KeepspaceError} from 'keepspace'
import {describeSession, useSession, useSessionConflict} from 'keepspace/react'
import type {SessionChoice, SessionStatus, Side} from 'keepspace/sessions'
import {WideDialog} from '../controls/WideDialog.tsx'
import {momentOf} from './moment.ts'
import {ReadVersions} from './ReadVersions.tsx'
import {VersionChoices} from './VersionChoices.tsx'

type SessionConflictDialogProps = {
  readonly entryId: string
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** A session was saved in two places: both versions side by side, and a choice. */
export function SessionConflictDialog({entryId, isOpen, onClose}: SessionConflictDialogProps) {
  return (
    <WideDialog
      isOpen={isOpen}
      onClose={onClose}
      title="Saved in two places"
      text="Choose for each part, or for all of it. What is replaced here goes into the trash; what is replaced on the server stays in its history."
    >
      <Versions entryId={entryId} onClose={onClose} />
    </WideDialog>
  )
}

const told: Readonly<Record<SessionChoice, string>> = {
  mine: 'Your version is on the server. The other one is in its history.',
  theirs: 'You go on with the version of the server. Yours is in the trash.',
  both: 'You go on with the version of the server. Yours is a project beside it.',
  merge: 'Both versions are merged and on the server.',
}

/** The choice is made, and what was chosen did not reach the server. */
const notSent: ReadonlySet<SessionStatus['phase']> = new Set(['waiting', 'paused', 'refused'])

function Versions({entryId, onClose}: {readonly entryId: string; readonly onClose: () => void}) {
  const reading = useSessionConflict(entryId)
  const {resolve} = useSession(entryId)
  const settle = async (choice: SessionChoice, components: Readonly<Record<string, Side>>) => {
    const status = await resolve(choice, {components})
    if (status.phase === 'conflict' || status.phase === 'gone') {
      reading.again()
      throw new KeepspaceError(status.error?.code ?? 'server.offline', status.error?.detail)
    }
    return notSent.has(status.phase)
      ? `It is chosen, and not on the server yet. ${describeSession(status).sentence}`
      : told[choice]
  }
  return (
    <ReadVersions reading={reading}>
      {({difference, metadata}) => (
        <VersionChoices
          difference={difference}
          about={`The server has version ${metadata.revision}, saved ${momentOf(metadata.updatedAt)}.`}
          settle={settle}
          onClose={onClose}
        />
      )}
    </ReadVersions>
  )
}
