import {Tooltip} from '@base-ui/react/tooltip'
import {useCatalogue, usePreventUnsavedChanges} from 'keepspace/react'
import {lazy, Suspense, useState} from 'react'
import {SignedOut} from '../account/SignedOut.tsx'
import {InspectorDock} from '../inspector/InspectorDock.tsx'
import {EarlierDeletions} from '../library/EarlierDeletions.tsx'
import {StartGate} from '../recovery/StartGate.tsx'
import {EmptiedPage, useIsEmptied} from '../status/Emptied.tsx'
import {FaultsChip} from '../status/FaultsChip.tsx'
import {dropParameter, readParameter} from './address.ts'
import {CatalogueFailed} from './CatalogueFailed.tsx'
import {useLeftHere} from './identity.ts'
import {navigate} from './routes.ts'
import {Shell} from './Shell.tsx'
import {Toasts} from './Toasts.tsx'
import {useAppliedTheme} from './theme.ts'
import {useDelayed} from './use-delayed.ts'
import {useStarted} from './use-started.ts'
import {Welcome} from './Welcome.tsx'

/** With a Keepspace of its own, which nobody needs who was not sent a link. */
const SnapshotPage = lazy(async () => ({default: (await import('../sessions/SnapshotPage.tsx')).SnapshotPage}))

/** Under this a blank page is calmer than a message. */
const WORDS_AFTER_MS = 400

export function App() {
  const isStarted = useStarted()
  useAppliedTheme(isStarted)
  usePreventUnsavedChanges()
  const left = useLeftHere()
  const [snapshotId, setSnapshotId] = useState(() => readParameter('snapshot'))
  const leaveSnapshot = (entryId?: string) => {
    dropParameter('snapshot')
    setSnapshotId(undefined)
    navigate(entryId === undefined ? {page: 'start'} : {page: 'entry', id: entryId})
  }
  return (
    <Tooltip.Provider delay={450}>
      {left !== undefined && <SignedOut left={left} />}
      {left === undefined && snapshotId === undefined && <Page isStarted={isStarted} />}
      {left === undefined && snapshotId !== undefined && (
        <Suspense>
          <SnapshotPage id={snapshotId} onLeave={leaveSnapshot} />
        </Suspense>
      )}
      <FaultsChip />
      <Toasts />
      {left === undefined && <EarlierDeletions />}
      <InspectorDock />
    </Tooltip.Provider>
  )
}

function Page({isStarted}: {readonly isStarted: boolean}) {
  const catalogue = useCatalogue()
  const isWaiting = !isStarted || catalogue.phase === 'loading'
  const isEmptied = useIsEmptied()
  const [isStarting, setStarting] = useState(false)
  const isLate = useDelayed(isWaiting, WORDS_AFTER_MS)
  if (isWaiting) {
    return <main className="page-center">{isLate && <p className="page-words">Opening your workspaces…</p>}</main>
  }
  if (catalogue.phase === 'failed') {
    return <CatalogueFailed />
  }
  const isFirstVisit = catalogue.entries.length === 0 && catalogue.trashedEntries.length === 0
  if (isFirstVisit && isEmptied) {
    return <EmptiedPage />
  }
  return (
    <StartGate>
      {isFirstVisit || isStarting ? <Welcome isBusy={isStarting} onBusy={setStarting} /> : <Shell />}
    </StartGate>
  )
}
