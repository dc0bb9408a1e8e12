import {useCatalogue, useKeepspace} from 'keepspace/react'
import {RotateCcw} from 'lucide-react'
import {attempt} from './attempt.ts'

/** The lists could not be read, so it is not known what there is. Nothing can be created over it. */
export function CatalogueFailed() {
  const {catalogue} = useKeepspace()
  const {error} = useCatalogue()
  return (
    <main className="page-center">
      <div className="notice-card" role="alert">
        <h1>Your workspaces could not be listed</h1>
        <p>{error?.sentence ?? 'Storage on this device did not answer.'} Nothing has been changed.</p>
        <button
          type="button"
          className="button is-primary"
          onClick={() => void attempt('It did not work', catalogue.refresh())}
        >
          <RotateCcw /> Try again
        </button>
      </div>
    </main>
  )
}
