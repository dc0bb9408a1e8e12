import {lazy, Suspense, useState} from 'react'
import {parameters} from '../app/parameters.ts'
import {useShortcuts} from '../app/shortcuts.ts'

/** Loaded when somebody asks for it: few ever do. */
const DockedInspector = lazy(async () => ({default: (await import('./DockedInspector.tsx')).DockedInspector}))

/** Opens and closes the inspector with a key of its own. */
export function InspectorDock() {
  const [isOpen, setOpen] = useState(parameters.inspect)
  useShortcuts((key) => {
    if (key !== 'i') {
      return false
    }
    setOpen(!isOpen)
    return true
  })
  return isOpen ? (
    <Suspense>
      <DockedInspector onClose={() => setOpen(false)} />
    </Suspense>
  ) : null
}
