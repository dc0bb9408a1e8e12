import type {ConflictResolution, WorkspaceId} from 'keepspace'
import {useConflict} from 'keepspace/react'
import {GitCompareArrows} from 'lucide-react'
import {useState} from 'react'
import {toast} from 'sonner'
import {useAppDialogs} from '../app/app-dialogs.ts'
import {attempt} from '../app/attempt.ts'
import {Banner} from '../status/Banner.tsx'
import {CompareDialog} from './CompareDialog.tsx'

/** Another tab was first. Says so, and lets a person choose. */
export function ConflictBanner({id}: {readonly id: WorkspaceId}) {
  const {conflict, resolve} = useConflict(id)
  const {openReplaced} = useAppDialogs()
  const [isComparing, setComparing] = useState(false)
  if (conflict === undefined) {
    return null
  }
  const choose = async (resolution: ConflictResolution) => {
    const outcome = await attempt('It could not be resolved', resolve(resolution))
    if (outcome?.copyId !== undefined) {
      toast.success('Your version is a new workspace beside this one.')
    } else if (outcome !== undefined && conflict?.kind === 'changed') {
      toast('The other version is kept', {action: {label: 'Show', onClick: () => openReplaced(id)}})
    }
  }
  if (conflict.kind === 'deleted') {
    return (
      <Banner
        tone="warning"
        Icon={GitCompareArrows}
        title="Deleted somewhere else."
        text="Another tab deleted this workspace for good. This tab still has all of it."
      >
        <button type="button" className="button is-small" onClick={() => void choose('theirs')}>
          Let it go
        </button>
        <button type="button" className="button is-small is-primary" onClick={() => void choose('mine')}>
          Keep mine
        </button>
      </Banner>
    )
  }
  return (
    <Banner
      tone="warning"
      Icon={GitCompareArrows}
      title="Changed somewhere else."
      text="Another tab saved this workspace first. Which version should stay?"
    >
      <button type="button" className="button is-small" onClick={() => setComparing(true)}>
        Compare…
      </button>
      <button type="button" className="button is-small" onClick={() => void choose('theirs')}>
        Take theirs
      </button>
      <button type="button" className="button is-small is-primary" onClick={() => void choose('mine')}>
        Keep mine
      </button>
      <CompareDialog
        isOpen={isComparing}
        conflict={conflict}
        onChoose={(resolution) => void choose(resolution)}
        onClose={() => setComparing(false)}
      />
    </Banner>
  )
}
