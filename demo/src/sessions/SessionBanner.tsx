import type {WorkspaceId} from 'keepspace'
import {useCatalogue, useSession, useSessions} from 'keepspace/react'
import {CloudOff, GitCompareArrows} from 'lucide-react'
import {attempt} from '../app/attempt.ts'
import {Banner} from '../status/Banner.tsx'
import {useSessionDialogs} from './session-dialogs.ts'

/** Says once, and quietly, that the server has a version that this device has not seen. */
export function SessionBanner({id}: {readonly id: WorkspaceId}) {
  const entryId = useCatalogue().workspaces.find((workspace) => workspace.id === id)?.entryId
  return entryId && <EntryBanner entryId={entryId} />
}

function EntryBanner({entryId}: {readonly entryId: string}) {
  const {status} = useSession(entryId)
  const sessions = useSessions()
  const {open} = useSessionDialogs()
  if (status.phase === 'gone') {
    return (
      <Banner
        tone="warning"
        Icon={CloudOff}
        title="Deleted on the server."
        text="Its session is gone. Everything is still on this device."
      >
        <button
          type="button"
          className="button is-small"
          onClick={() => void attempt('It could not be let go', sessions.detach(entryId))}
        >
          Go on without
        </button>
        <button type="button" className="button is-small is-primary" onClick={() => open('saveAs')}>
          Save as new…
        </button>
      </Banner>
    )
  }
  if (status.phase !== 'conflict' && !status.isBehind) {
    return null
  }
  return (
    <Banner
      tone="warning"
      Icon={GitCompareArrows}
      title="Saved somewhere else."
      text="The server has a version that is not here. Nothing is sent until you choose."
    >
      <button type="button" className="button is-small is-primary" onClick={() => open('compare')}>
        Compare…
      </button>
    </Banner>
  )
}
