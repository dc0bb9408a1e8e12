import {useCatalogue} from 'keepspace/react'
import {FolderPlus} from 'lucide-react'
import {useCreateProject} from '../entries/use-create-project.ts'
import {navigate} from './routes.ts'

/** Every project is in the trash. Nothing while there is one, because then the start page leads on to it. */
export function NoProjects() {
  const createProject = useCreateProject()
  if (useCatalogue().entries.length > 0) {
    return null
  }
  return (
    <div className="page-center">
      <div className="notice-card">
        <FolderPlus className="notice-icon" aria-hidden="true" />
        <h2>No projects</h2>
        <p>What you deleted is in the trash until you empty it.</p>
        <div className="notice-actions">
          <button type="button" className="button is-primary" onClick={createProject}>
            New project
          </button>
          <button type="button" className="button" onClick={() => navigate({page: 'trash'})}>
            Look in the trash
          </button>
        </div>
      </div>
    </div>
  )
}
