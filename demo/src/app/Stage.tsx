import {FilePlus, Menu} from 'lucide-react'
import {lazy, Suspense} from 'react'
import {SignInBanner} from '../account/SignInBanner.tsx'
import {AlarmBanners} from '../alarms/AlarmBanners.tsx'
import {WorkspaceView} from '../canvas/WorkspaceView.tsx'
import {DashboardPage} from '../dashboard/DashboardPage.tsx'
import {LibraryPage} from '../library/LibraryPage.tsx'
import {isLibrary} from '../library/library-lists.ts'
import {SessionDialogsProvider} from '../sessions/SessionDialogsProvider.tsx'
import {SessionMenu} from '../sessions/SessionMenu.tsx'
import {StorageBanner} from '../status/Banners.tsx'
import {EmptiedBanner} from '../status/Emptied.tsx'
import {MemoryPopover} from '../status/MemoryPopover.tsx'
import {SaveIndicator} from '../status/SaveIndicator.tsx'
import {StoragePage} from '../storage/StoragePage.tsx'
import {PresetMenu} from '../tabs/PresetMenu.tsx'
import {TabStrip, useCreateWorkspace} from '../tabs/TabStrip.tsx'
import {TrashPage} from '../trash/TrashPage.tsx'
import {useAppDialogs} from './app-dialogs.ts'
import {Missing} from './Missing.tsx'
import {NoProjects} from './NoProjects.tsx'
import type {Place} from './use-place.ts'

/** With a Keepspace and a database of its own, which nobody needs who does not go there. */
const PlugPage = lazy(async () => ({default: (await import('../plug/PlugPage.tsx')).PlugPage}))

type StageProps = {
  readonly place: Place
  readonly onOpenDrawer: () => void
}

const pageTitles: Partial<Record<Place['page'], string>> = {
  trash: 'Trash',
  storage: 'Storage',
  dashboard: 'Dashboard',
  plug: 'Pull the plug',
  sessions: 'On the server',
  snapshots: 'On the server',
  templates: 'On the server',
  visits: 'On the server',
}

/** Everything right of the sidebar. */
export function Stage({place, onOpenDrawer}: StageProps) {
  const {entry, workspace} = place
  const stage = (
    <main className="stage">
      <header className="bar">
        <button type="button" className="icon-button bar-drawer" aria-label="Projects" onClick={onOpenDrawer}>
          <Menu />
        </button>
        <h1 className="bar-title">{pageTitles[place.page] ?? entry?.title ?? 'Keepspace'}</h1>
        {entry && <TabStrip key={entry.id} entry={entry} selectedId={workspace?.id} />}
        <div className="bar-end">
          {workspace && <SaveIndicator id={workspace.id} entryId={workspace.entryId} />}
          {entry && <SessionMenu entryId={entry.id} />}
          <MemoryPopover />
          {workspace && <PresetMenu workspace={workspace} />}
        </div>
      </header>
      <div className="stage-body">
        <Content place={place} />
      </div>
    </main>
  )
  return entry ? (
    <SessionDialogsProvider key={entry.id} entry={entry} workspace={workspace}>
      {stage}
    </SessionDialogsProvider>
  ) : (
    stage
  )
}

function Content({place}: {readonly place: Place}) {
  const {page, entry, workspace} = place
  if (workspace) {
    return <WorkspaceView key={workspace.id} id={workspace.id} />
  }
  return (
    <>
      {page === 'trash' && <TrashPage />}
      {page === 'storage' && <StoragePage />}
      {page === 'plug' && (
        <Suspense>
          <PlugPage />
        </Suspense>
      )}
      {page === 'dashboard' && <DashboardPage />}
      {isLibrary(page) && <LibraryPage key={page} name={page} />}
      {page === 'missing' && <Missing />}
      {page === 'start' && <NoProjects />}
      {page === 'entry' && entry?.workspaceCount === 0 && <NoWorkspaces entry={entry} />}
      <div className="banners">
        <StorageBanner />
        <SignInBanner />
        <EmptiedBanner />
        <AlarmBanners />
      </div>
    </>
  )
}

function NoWorkspaces({entry}: {readonly entry: NonNullable<Place['entry']>}) {
  const create = useCreateWorkspace(entry)
  const {openTemplates} = useAppDialogs()
  return (
    <div className="page-center">
      <div className="notice-card">
        <FilePlus className="notice-icon" aria-hidden="true" />
        <h2>No workspaces in “{entry.title}”</h2>
        <p>A workspace is a canvas for notes, timers and small tools.</p>
        <div className="notice-actions">
          <button type="button" className="button is-primary" onClick={create}>
            New workspace
          </button>
          <button type="button" className="button" onClick={openTemplates}>
            From a template…
          </button>
        </div>
      </div>
    </div>
  )
}
