import type {ExportFile, LeftOut} from './content.ts'
import type {EntryId} from './ids.ts'

/** What {@link Files.export} puts into the file; all entries when nothing is named. */
export type ExportSelection = {
  readonly entries?: readonly string[]
  /** Each becomes an entry of its own. */
  readonly workspaces?: readonly string[]
}

/** Content as files: the same form for one workspace, one entry, or everything. */
export interface Files {
  /**
   * Saves what is unsaved, then reads everything selected. `leftOut` names the records that cannot be read and are
   * therefore not in the file.
   *
   * @throws {@link KeepspaceError} `notFound` | the code of a save that failed | the codes of storage
   */
  export(selection?: ExportSelection): Promise<{readonly file: ExportFile; readonly leftOut: readonly LeftOut[]}>
  /**
   * Adds the entries of a file, given as text or parsed, beside what exists. Nothing is added of a file that is not
   * sound as a whole.
   *
   * @throws {@link KeepspaceError} `value.invalid` | `value.notJson` | `value.tooLarge` | `record.newer` | the codes of
   * storage
   */
  import(file: unknown): Promise<readonly EntryId[]>
}
