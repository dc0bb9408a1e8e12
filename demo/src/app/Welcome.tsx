import {useKeepspace} from 'keepspace/react'
import {ArrowRight} from 'lucide-react'
import {StorageBanner} from '../status/Banners.tsx'
import {attempt} from './attempt.ts'
import {Brand} from './Brand.tsx'
import {createExample} from './example.ts'
import {navigate} from './routes.ts'
import {WelcomePicture} from './WelcomePicture.tsx'

type WelcomeProps = {
  /** What was asked for is being created. It is shown when it is complete. */
  readonly isBusy: boolean
  readonly onBusy: (isBusy: boolean) => void
}

/** The first visit: nothing is created until a person says so. */
export function Welcome({isBusy, onBusy}: WelcomeProps) {
  const keepspace = useKeepspace()
  const start = async (create: () => Promise<string>) => {
    onBusy(true)
    const id = await attempt('It could not be created', create())
    if (id !== undefined) {
      navigate({page: 'workspace', id})
    }
    onBusy(false)
  }
  const createEmpty = async () => {
    const entryId = await keepspace.catalogue.createEntry({title: 'My project'})
    return keepspace.catalogue.createWorkspace({entryId, title: 'Workspace'})
  }
  return (
    <main className="welcome">
      <header className="welcome-head">
        <Brand />
      </header>
      <div className="welcome-body">
        <div className="welcome-words">
          <h1>Everything stays exactly where you left it.</h1>
          <p>
            Put notes, timers and small tools on a canvas. Switch to something else, close the tab, come back next week:
            it is all still there, and still running.
          </p>
          <div className="welcome-actions">
            <button
              type="button"
              className="button is-primary is-large"
              disabled={isBusy}
              onClick={() => start(() => createExample(keepspace))}
            >
              Start with an example <ArrowRight />
            </button>
            <button type="button" className="button is-large" disabled={isBusy} onClick={() => start(createEmpty)}>
              Start empty
            </button>
          </div>
          <p className="welcome-note">No account. Everything is stored on this device.</p>
        </div>
        <WelcomePicture />
      </div>
      <div className="banners">
        <StorageBanner />
      </div>
    </main>
  )
}
