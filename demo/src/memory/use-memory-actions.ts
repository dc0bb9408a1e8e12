import type {WorkspaceId} from 'keepspace'
import {useKeepspace} from 'keepspace/react'
import {toast} from 'sonner'
import {attempt} from '../app/attempt.ts'

/** What can be done with one workspace about memory. */
export type MemoryActions = {
  readonly close: () => Promise<void>
  readonly save: () => Promise<void>
  readonly pin: (isPinned: boolean) => Promise<void>
  readonly explain: () => void
}

export function useMemoryActions(id: WorkspaceId, title: string): MemoryActions {
  const keepspace = useKeepspace()
  return {
    async close() {
      const outcome = await attempt('It stays in memory', keepspace.unload(id))
      if (outcome?.status === 'refused') {
        toast.error('It stays in memory', {description: outcome.error?.sentence ?? 'It is in use.'})
      }
    },
    async save() {
      const outcome = await attempt('It could not be saved', keepspace.workspace(id).save())
      if (outcome?.error) {
        toast.error('It could not be saved', {description: outcome.error.sentence})
      }
    },
    async pin(isPinned) {
      await attempt('The pin could not be changed', keepspace.catalogue.setWorkspacePinned(id, isPinned))
    },
    explain: () => void toast(title, {description: keepspace.explain(id).sentence, duration: 10_000}),
  }
}
