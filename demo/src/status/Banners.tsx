import type {WorkspaceId} from 'keepspace'
import {useKeepspace, useKeepspaceSnapshot, useWorkspaceStatus} from 'keepspace/react'
import {HardDrive, Layers, Lock, RotateCcw, Sparkles, TriangleAlert} from 'lucide-react'
import {SignInBanner} from '../account/SignInBanner.tsx'
import {AlarmBanners} from '../alarms/AlarmBanners.tsx'
import {useAppDialogs} from '../app/app-dialogs.ts'
import {ConflictBanner} from '../conflict/ConflictBanner.tsx'
import {ServerConflictBanner} from '../sessions/ServerConflictBanner.tsx'
import {SessionBanner} from '../sessions/SessionBanner.tsx'
import {Banner} from './Banner.tsx'
import {EmptiedBanner} from './Emptied.tsx'

/** Everything a person should know about this workspace right now. Nothing here can be waved away. */
export function Banners({id}: {readonly id: WorkspaceId}) {
  const {save, phase, problems, error} = useWorkspaceStatus(id)
  const isNewerOpen = problems.some(({error}) => error.code === 'record.newer')
  return (
    <div className="banners">
      <AlarmBanners />
      <StorageBanner />
      <EmptiedBanner />
      {save === 'failed' && <FailedBanner id={id} />}
      {save === 'conflict' && <ConflictBanner id={id} />}
      <SignInBanner />
      <SessionBanner id={id} />
      <ServerConflictBanner id={id} />
      {isNewerOpen && <NewerBanner id={id} />}
      {phase === 'readOnly' && (
        <Banner
          tone="info"
          Icon={Lock}
          title="Read-only."
          text={
            error?.code === 'memory.blocked'
              ? 'There is no room for it in memory. You see what is stored, and nothing of it is written.'
              : 'Parts of it could not be loaded. You see what could be read, and nothing of it is written.'
          }
        />
      )}
      <OverCapBanner />
    </div>
  )
}

/** Storage is missing: everything lives in memory only. */
export function StorageBanner() {
  const {storage} = useKeepspaceSnapshot()
  if (storage.phase === 'opening' || storage.phase === 'closed' || storage.isPersistent) {
    return null
  }
  if (storage.returned !== undefined) {
    return <StorageReturnedBanner sentence={storage.error?.sentence ?? ''} />
  }
  return (
    <Banner
      tone="warning"
      Icon={HardDrive}
      title="Nothing is stored on this device."
      text="What you make here is gone when you close this page."
    />
  )
}

/** It could be opened after all: what is here is kept, what was stored before is not shown yet. */
function StorageReturnedBanner({sentence}: {readonly sentence: string}) {
  const keepspace = useKeepspace()
  const reload = () => void keepspace.storage.keep().then(() => location.reload())
  return (
    <Banner tone="warning" Icon={HardDrive} title="Storage is back." text={sentence}>
      <button type="button" className="button is-small" onClick={reload}>
        <RotateCcw /> Keep and reload
      </button>
    </Banner>
  )
}

function FailedBanner({id}: {readonly id: WorkspaceId}) {
  const keepspace = useKeepspace()
  const {error} = useWorkspaceStatus(id)
  return (
    <Banner
      tone="danger"
      Icon={TriangleAlert}
      title="Not saved."
      text={`${error?.sentence ?? 'Saving did not work.'} Your work stays in this tab.`}
    >
      <button type="button" className="button is-small" onClick={() => keepspace.retryStorage()}>
        <RotateCcw /> Try again
      </button>
    </Banner>
  )
}

/** Another tab runs a newer version of the app, which does not let this one edit what it saved. */
function NewerBanner({id}: {readonly id: WorkspaceId}) {
  const {openReplaced} = useAppDialogs()
  return (
    <Banner
      tone="info"
      Icon={Sparkles}
      title="A newer version of the app is open."
      text="Reload to go on editing. What was not saved here is kept."
    >
      <button type="button" className="button is-small" onClick={() => openReplaced(id)}>
        Show it
      </button>
      <button type="button" className="button is-small" onClick={() => window.location.reload()}>
        <RotateCcw /> Reload
      </button>
    </Banner>
  )
}

function OverCapBanner() {
  const {isOverCap, hot, cap} = useKeepspaceSnapshot()
  // One that waits for room is asked for where it would be shown.
  if (!isOverCap || hot.length <= cap) {
    return null
  }
  return (
    <Banner
      tone="info"
      Icon={Layers}
      title={`${hot.length} workspaces in memory instead of ${cap}.`}
      text="None of them may be let go: see in “All workspaces” what keeps each."
    />
  )
}
