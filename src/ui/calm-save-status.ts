import type {Undo} from '../model/handles.ts'
import type {Time} from '../model/time.ts'
import type {SaveStatusPhase, SaveStatusView} from './save-status.ts'

/** What lasts shorter than this is not shown, where hiding it claims nothing; it would only flicker. */
const CALM_MS = 400

/** Where a save status is read, and how to hear of changes. */
export type SaveStatusSource = {
  read(): SaveStatusView
  subscribe(listener: () => void): Undo
}

/**
 * The same status without flicker. A save shows once it has taken {@link CALM_MS}, and so does its good end: somebody
 * who types sees "unsaved" all the time instead of three words in turn. It never claims more than is the case: what is
 * unsaved or fails shows at once.
 */
export function calmSaveStatus(source: SaveStatusSource, time: Time): SaveStatusSource {
  let shown: SaveStatusView | undefined
  const read = () => {
    shown ??= source.read()
    return shown
  }
  return {
    read,
    subscribe(listener) {
      let timer: unknown
      let waitingFor: SaveStatusPhase | undefined
      const stopWaiting = () => {
        time.clearTimeout(timer)
        waitingFor = undefined
      }
      const show = () => {
        stopWaiting()
        shown = source.read()
        listener()
      }
      const follow = () => {
        const {phase} = source.read()
        if (!mayWait(read().phase, phase)) {
          show()
        } else if (waitingFor !== phase) {
          stopWaiting()
          waitingFor = phase
          timer = time.setTimeout(show, CALM_MS)
        }
      }
      const stop = source.subscribe(follow)
      follow()
      return () => {
        stop()
        time.clearTimeout(timer)
      }
    },
  }
}

/** Whether `shown` may stay for a moment although it is `next` by now. */
function mayWait(shown: SaveStatusPhase, next: SaveStatusPhase): boolean {
  return (next === 'saving' && shown !== 'saving') || (next === 'saved' && shown === 'unsaved')
}
