import {KeepspaceError, type WorkspaceId} from 'keepspace'
import {useKeepspace, useSession} from 'keepspace/react'
import {useCallback} from 'react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'
import {autoSendSetting, serverSaves} from '../app/sessions.ts'
import type {SessionDialog} from './session-dialogs.ts'

/** Saves what a person sees, and tells what became of it: a notice when it is safe, a dialog when they have to decide. */
export function useSaveNow(
  entryId: string,
  workspaceId: WorkspaceId | undefined,
  show: (dialog: SessionDialog) => void,
): () => Promise<void> {
  const keepspace = useKeepspace()
  const {status, save: saveSession} = useSession(entryId)
  const hasSession = status.phase !== 'none'

  return useCallback(async () => {
    const saveHere = async () => {
      const outcome = workspaceId && (await attempt('It could not be saved', keepspace.workspace(workspaceId).save()))
      if (outcome?.status === 'saved' || outcome?.status === 'unchanged') {
        toast.success(outcome.status === 'saved' ? 'Saved' : 'Everything was saved already')
      }
      if (workspaceId && keepspace.settings.get(autoSendSetting(workspaceId)) === true) {
        void serverSaves.flush()
      }
    }
    const saveThere = async (): Promise<void> => {
      const retry = () => void saveThere()
      try {
        const outcome = await saveSession()
        switch (outcome.status) {
          case 'saved':
            toast.success('Saved on the server')
            return
          case 'conflict':
            show({kind: 'compare'})
            return
          case 'waiting':
            toast('Kept on this device', {description: outcome.error?.sentence})
            return
          // A notice says so as long as it lasts.
          case 'paused':
            return
          case 'gone': {
            const error = outcome.error ?? new KeepspaceError('notFound').report
            const otherwise = {label: 'Save as a new session…', onSelect: () => show({kind: 'saveAs'})}
            show({kind: 'failure', failure: {title: 'Deleted on the server', error, otherwise}})
            return
          }
          case 'refused': {
            const error = outcome.error ?? new KeepspaceError('server.refused').report
            show({kind: 'failure', failure: {title: 'The server did not take it', error, retry}})
          }
        }
      } catch (cause) {
        const {report: error} = KeepspaceError.from(cause)
        show({kind: 'failure', failure: {title: 'It could not be saved', error, retry}})
      }
    }
    await (hasSession ? saveThere() : saveHere())
  }, [keepspace, workspaceId, hasSession, saveSession, show])
}
