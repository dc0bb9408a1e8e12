import {useCallback, useState} from 'react'
import {LeaveQuestion} from '../entries/LeaveQuestion.tsx'
import {Sidebar} from '../entries/Sidebar.tsx'
import {SidebarDrawer} from '../entries/SidebarDrawer.tsx'
import {AppDialogsProvider} from './AppDialogsProvider.tsx'
import {ShortcutSheet} from './ShortcutSheet.tsx'
import {Stage} from './Stage.tsx'
import {usePlace} from './use-place.ts'
import {useShellShortcuts} from './use-shell-shortcuts.ts'

/** Sidebar and stage. On narrow screens the sidebar is a drawer. */
export function Shell() {
  const place = usePlace()
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const [isSheetOpen, setSheetOpen] = useState(false)
  const showShortcuts = () => {
    setDrawerOpen(false)
    setSheetOpen(true)
  }
  const closeDrawer = useCallback(() => setDrawerOpen(false), [])
  useShellShortcuts(place, showShortcuts)

  const sidebar = (
    <Sidebar selectedEntryId={place.entry?.id} onChosen={() => setDrawerOpen(false)} onShowShortcuts={showShortcuts} />
  )
  return (
    <AppDialogsProvider entry={place.entry} onOpen={closeDrawer}>
      <div className="shell">
        <aside className="shell-side" aria-label="Sidebar">
          {sidebar}
        </aside>
        <SidebarDrawer isOpen={isDrawerOpen} onOpenChange={setDrawerOpen}>
          {sidebar}
        </SidebarDrawer>
        <Stage place={place} onOpenDrawer={() => setDrawerOpen(true)} />
        <LeaveQuestion entryId={place.entry?.id} />
        <ShortcutSheet isOpen={isSheetOpen} onOpenChange={setSheetOpen} />
      </div>
    </AppDialogsProvider>
  )
}
