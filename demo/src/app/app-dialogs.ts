import type {WorkspaceId} from 'keepspace'
import {createContext, useContext} from 'react'

/** What can be asked for from anywhere in the app. */
export type AppDialogs = {
  readonly openTemplates: () => void
  readonly signOut: () => void
  /** What lost against another version of a workspace. */
  readonly openReplaced: (id: WorkspaceId) => void
}

const nothing = () => undefined

export const AppDialogsContext = createContext<AppDialogs>({
  openTemplates: nothing,
  signOut: nothing,
  openReplaced: nothing,
})

export const useAppDialogs = (): AppDialogs => useContext(AppDialogsContext)
