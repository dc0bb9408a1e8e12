import type {EntryInfo, WorkspaceId} from 'keepspace'
import {type ReactNode, useMemo, useState} from 'react'
import {SignOutDialog} from '../account/SignOutDialog.tsx'
import {ReplacedDialog} from '../conflict/ReplacedDialog.tsx'
import {TemplateDialog} from '../templates/TemplateDialog.tsx'
import {AppDialogsContext} from './app-dialogs.ts'

type AppDialogsProviderProps = {
  /** The project that is shown. */
  readonly entry: EntryInfo | undefined
  readonly onOpen: () => void
  readonly children: ReactNode
}

/** Dialogs that belong to no project and to no page. */
export function AppDialogsProvider({entry, onOpen, children}: AppDialogsProviderProps) {
  const [open, setOpen] = useState<'templates' | 'signOut' | {readonly replacedOf: WorkspaceId}>()
  const dialogs = useMemo(() => {
    const show = (dialog: 'templates' | 'signOut') => () => {
      onOpen()
      setOpen(dialog)
    }
    const openReplaced = (id: WorkspaceId) => {
      onOpen()
      setOpen({replacedOf: id})
    }
    return {openTemplates: show('templates'), signOut: show('signOut'), openReplaced}
  }, [onOpen])
  const close = () => setOpen(undefined)
  return (
    <AppDialogsContext value={dialogs}>
      {children}
      <TemplateDialog entry={entry} isOpen={open === 'templates'} onClose={close} />
      <SignOutDialog isOpen={open === 'signOut'} onClose={close} />
      {typeof open === 'object' && <ReplacedDialog key={open.replacedOf} id={open.replacedOf} onClose={close} />}
    </AppDialogsContext>
  )
}
