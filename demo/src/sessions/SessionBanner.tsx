import type {WorkspaceId} from 'keepspace'
import {useCatalogue, useSession} from 'keepspace/react'
import {GitCompareArrows} from 'lucide-react'
import {Banner} from '../status/Banner.tsx'
import {useSessionDialogs} from './session-dialogs.ts'

/** Says once, and quietly, that the server has a version that this device has not seen. */
export function SessionBanner({id}: {readonly id: WorkspaceId}) {
  const entryId = useCatalogue().workspaces.find((workspace) => workspace.id === id)?.entryId
  return entryId && <EntryBanner entryId={entryId} />
}

function EntryBanner({entryId}: {readonly entryId: string}) {
  const {status} = useSession(entryId)
  const {open} = useSessionDialogs()
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
