import {useKeepspace} from 'keepspace/react'
import {attempt} from '../app/attempt.ts'
import {navigate} from '../app/routes.ts'

/** Creates a project with one workspace and goes there. */
export function useCreateProject(): () => Promise<void> {
  const {catalogue} = useKeepspace()
  return async () => {
    const entryId = await attempt(
      'The project could not be created',
      catalogue.createEntry({title: 'Untitled project'}),
    )
    if (entryId === undefined) {
      return
    }
    const created = catalogue.createWorkspace({entryId, title: 'Workspace'})
    const id = await attempt('The workspace could not be created', created)
    navigate(id === undefined ? {page: 'entry', id: entryId} : {page: 'workspace', id})
  }
}
