import type {WorkspaceId} from './ids.ts'
import type {SaveOutcome, WriteResult} from './save.ts'

export type PresetInfo = {
  readonly id: string
  readonly title: string
  readonly createdAt: number
  readonly componentCount: number
}

/** Named arrangements of components. */
export interface Presets {
  list(): Promise<readonly PresetInfo[]>
  /** Stores the readable components of a workspace under a name. */
  save(workspaceId: WorkspaceId, title: string): Promise<WriteResult & {readonly presetId: string}>
  /** Adds the components of a preset to a workspace, with new ids. Resolves when they are durable. */
  load(presetId: string, workspaceId: WorkspaceId): Promise<SaveOutcome>
  delete(presetId: string): Promise<void>
}
