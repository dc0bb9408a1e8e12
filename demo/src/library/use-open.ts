import {useSessions} from 'keepspace/react'
import {useState} from 'react'
import {attempt} from '../app/attempt.ts'
import {navigate} from '../app/routes.ts'
import {snapshotLink} from '../sessions/snapshot-link.ts'
import type {LibraryName} from './library-lists.ts'

/** Opens a row: a session as a project, a template as a new one, a snapshot by its link. */
export function useOpen(name: LibraryName, id: string): {readonly open: () => void; readonly isOpening: boolean} {
  const sessions = useSessions()
  const [isOpening, setOpening] = useState(false)
  const openEntry = async (opening: Promise<string>) => {
    setOpening(true)
    const entryId = await attempt('It could not be opened', opening)
    setOpening(false)
    if (entryId !== undefined) {
      navigate({page: 'entry', id: entryId})
    }
  }
  const open = () => {
    switch (name) {
      case 'sessions':
        void openEntry(sessions.open(id))
        return
      case 'templates':
        void openEntry(sessions.startFrom(id))
        return
      case 'snapshots':
      case 'visits':
        window.location.assign(snapshotLink(id))
    }
  }
  return {open, isOpening}
}
