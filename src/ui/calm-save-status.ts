import type {Undo} from '../model/handles.ts'
import type {Time} from '../model/time.ts'
import type {SaveStatusView} from './save-status.ts'

/** A save is shown when it takes longer than this; most take a few milliseconds and would only flicker. */
const CALM_MS = 400

/** Where a save status is read, and how to hear of changes. */
export type SaveStatusSource = {
  read(): SaveStatusView
  subscribe(listener: () => void): Undo
}

/**
 * The same status without flicker: what was shown before a save stays until the save has taken {@link CALM_MS}.
 * Everything else shows at once.
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
      const show = () => {
        time.clearTimeout(timer)
        timer = undefined
        shown = source.read()
        listener()
      }
      const follow = () => {
        if (source.read().phase === 'saving' && read().phase !== 'saving') {
          timer ??= time.setTimeout(show, CALM_MS)
        } else {
          show()
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
