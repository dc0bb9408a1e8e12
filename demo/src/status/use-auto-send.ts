import type {WorkspaceId} from 'keepspace'
import {useSetting} from 'keepspace/react'
import {attempt} from '../app/attempt.ts'
import {autoSendSetting, serverSaves} from '../app/sessions.ts'

/** Whether a workspace is sent to the server by itself, and the switch for it. */
export function useAutoSend(id: WorkspaceId): readonly [isSent: boolean, change: (isSent: boolean) => void] {
  const [isSent, set] = useSetting<boolean>(autoSendSetting(id), false)
  const change = (next: boolean) => {
    void attempt('The setting could not be saved', set(next))
    // What is there already goes now, and what was on its way is not waited for any more.
    void serverSaves.flush()
  }
  return [isSent, change]
}
