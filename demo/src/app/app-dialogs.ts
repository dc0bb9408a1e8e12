import {createContext, useContext} from 'react'

/** What can be asked for from anywhere in the app. */
export type AppDialogs = {
  readonly openTemplates: () => void
  readonly signOut: () => void
}

export const AppDialogsContext = createContext<AppDialogs>({openTemplates: () => undefined, signOut: () => undefined})

export const useAppDialogs = (): AppDialogs => useContext(AppDialogsContext)
