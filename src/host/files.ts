import {CONTENT_FORMAT_VERSION, type EntryContent, type ExportFile, type LeftOut} from '../model/content.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {ExportSelection, Files} from '../model/files.ts'
import type {EntryId, WorkspaceId} from '../model/ids.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'
import {asExportFile} from '../services/content/content-shape.ts'
import type {Contents} from './contents.ts'

/** Makes the files of one scope. */
export function createFiles(context: {
  readonly contents: Contents
  readonly catalogue: CatalogueService
  readonly now: () => number
}): Files {
  const {contents, catalogue} = context

  const readWorkspace = async (id: WorkspaceId) => {
    const head = catalogue.head(id)
    if (head === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    const {content, leftOut} = await contents.read(head.entryId)
    const workspaces = content.workspaces.filter((workspace) => workspace.id === id)
    return {
      content: {...content, title: head.title, workspaces},
      leftOut: leftOut.filter((out) => out.workspaceId === id),
    }
  }

  return {
    export: async (selection = {}) => {
      const read: {content: EntryContent; leftOut: readonly LeftOut[]}[] = []
      for (const id of selectedEntries(selection, catalogue)) {
        read.push(await contents.read(id))
      }
      for (const id of selection.workspaces ?? []) {
        read.push(await readWorkspace(id as WorkspaceId))
      }
      const file: ExportFile = {
        keepspace: 'export',
        formatVersion: CONTENT_FORMAT_VERSION,
        exportedAt: context.now(),
        entries: read.map(({content}) => content),
      }
      return {file, leftOut: read.flatMap(({leftOut}) => leftOut)}
    },
    import: async (value) => {
      const {entries} = asExportFile(typeof value === 'string' ? parse(value) : value)
      const made: EntryId[] = []
      for (const content of entries) {
        made.push((await contents.create(content)).entryId)
      }
      return made
    },
  }
}

function selectedEntries({entries, workspaces}: ExportSelection, catalogue: CatalogueService): readonly EntryId[] {
  const isAll = entries === undefined && workspaces === undefined
  return isAll ? catalogue.getSnapshot().entries.map(({id}) => id) : ((entries ?? []) as readonly EntryId[])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new KeepspaceError('value.invalid', 'this file is not JSON', {cause})
  }
}
