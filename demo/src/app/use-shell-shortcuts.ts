import {useCatalogue, useKeepspace} from 'keepspace/react'
import {requestRename} from '../tabs/rename-request.ts'
import {attempt} from './attempt.ts'
import {workspacesOf} from './catalogue-words.ts'
import {navigate} from './routes.ts'
import {useShortcuts} from './shortcuts.ts'
import type {Place} from './use-place.ts'

/** Keys that work wherever a person is. */
export function useShellShortcuts(place: Place, showShortcuts: () => void): void {
  const {catalogue} = useKeepspace()
  const siblings = workspacesOf(useCatalogue(), place.entry?.id ?? '')
  const goBy = (step: -1 | 1) => {
    const at = siblings.findIndex(({id}) => id === place.workspace?.id)
    const next = siblings[(at + step + siblings.length) % siblings.length]
    if (next) {
      navigate({page: 'workspace', id: next.id})
    }
  }
  const create = async () => {
    if (!place.entry) {
      return
    }
    const title = `Workspace ${siblings.length + 1}`
    const created = catalogue.createWorkspace({entryId: place.entry.id, title})
    const id = await attempt('The workspace could not be created', created)
    if (id !== undefined) {
      navigate({page: 'workspace', id})
    }
  }
  useShortcuts((key) => {
    switch (key) {
      case '?':
        showShortcuts()
        return true
      case '[':
        goBy(-1)
        return true
      case ']':
        goBy(1)
        return true
      case 'n':
        void create()
        return place.entry !== undefined
      case 'F2':
        requestRename()
        return true
      default:
        return false
    }
  })
}
