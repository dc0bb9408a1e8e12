import type {ErrorReport} from 'keepspace'
import {createContext, useContext} from 'react'

/** Something that failed, and the way to try it again. */
export type Failure = {
  readonly title: string
  readonly error: ErrorReport
  /** Missing where trying it again cannot help. */
  readonly retry?: () => void
  /** Another way out than trying again. */
  readonly otherwise?: {readonly label: string; readonly onSelect: () => void}
}

/** The dialog that is open. */
export type SessionDialog =
  | {readonly kind: 'saveAs' | 'snapshot' | 'compare' | 'history' | 'template'}
  | {readonly kind: 'failure'; readonly failure: Failure}

/** What can be asked for wherever a project is shown. */
export type SessionDialogs = {
  /** Saves now: on this device, and to the server if the project has a session. */
  readonly save: () => void
  readonly open: (kind: Exclude<SessionDialog['kind'], 'failure'>) => void
}

export const SessionDialogsContext = createContext<SessionDialogs>({save: () => undefined, open: () => undefined})

export const useSessionDialogs = (): SessionDialogs => useContext(SessionDialogsContext)
