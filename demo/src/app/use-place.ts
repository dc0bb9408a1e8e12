import type {EntryInfo, WorkspaceInfo} from 'keepspace'
import {useCatalogue, useKeepspaceSnapshot, useSetting} from 'keepspace/react'
import {useEffect} from 'react'
import {landingOf} from './catalogue-words.ts'
import {navigate, type Route, useRoute} from './routes.ts'

/** Where a person is: the page, and what exists of it. */
export type Place = {
  readonly page: Route['page'] | 'missing'
  readonly entry: EntryInfo | undefined
  readonly workspace: WorkspaceInfo | undefined
}

/** The place the address names. A start page leads to where the person was last, and every workspace is remembered. */
export function usePlace(): Place {
  const route = useRoute()
  const {entries, workspaces} = useCatalogue()
  const [lastId, remember] = useSetting<string>('lastWorkspace', '')
  useReturn(route)

  const workspace = route.page === 'workspace' ? workspaces.find(({id}) => id === route.id) : undefined
  const entryId = route.page === 'entry' ? route.id : workspace?.entryId
  const entry = entries.find(({id}) => id === entryId)
  const isMissing = (route.page === 'workspace' && !workspace) || (route.page === 'entry' && !entry)

  const rememberedId = workspace?.id
  useEffect(() => {
    if (rememberedId !== undefined && rememberedId !== lastId) {
      void remember(rememberedId)
    }
  }, [rememberedId, lastId, remember])
  useEffect(() => {
    document.title = workspace ? `${workspace.title} · Keepspace` : 'Keepspace'
  }, [workspace])

  return {page: isMissing ? 'missing' : route.page, entry, workspace}
}

/** From the start page to the workspace seen last, else to the first entry; from an entry to where it was left. */
function useReturn(route: Route): void {
  const catalogue = useCatalogue()
  const snapshot = useKeepspaceSnapshot()
  const [lastId] = useSetting<string>('lastWorkspace', '')
  const entryId = route.page === 'entry' ? route.id : undefined
  const isStart = route.page === 'start'
  useEffect(() => {
    if (!isStart && entryId === undefined) {
      return
    }
    const last = isStart ? catalogue.workspaces.find(({id}) => id === lastId) : undefined
    const entry = isStart ? catalogue.entries[0] : catalogue.entries.find(({id}) => id === entryId)
    const landing = last ?? (entry && landingOf(catalogue, snapshot, entry))
    if (landing) {
      navigate({page: 'workspace', id: landing.id}, {replace: true})
    } else if (entry) {
      navigate({page: 'entry', id: entry.id}, {replace: true})
    }
  }, [isStart, entryId, catalogue, snapshot, lastId])
}
