import type {Undo} from './handles.ts'
import type {ComponentId, WorkspaceId} from './ids.ts'

/** Something that rang and that nobody has dismissed yet. */
export type Alarm = {
  readonly workspaceId: WorkspaceId
  readonly componentId: ComponentId
  /** Type of the component that rang. */
  readonly type: string
  /** What a person reads, from the component type. Content: it is stored, and never part of telemetry. */
  readonly label: string
  /** When it was to ring, milliseconds since 1970. */
  readonly deadlineMs: number
  /** When it did: later when nothing was running at that moment. */
  readonly firedAt: number
}

/** What rang, in workspaces in memory and on disk. Kept until it is dismissed, in every tab and over a reload. */
export interface Alarms {
  /** In the order in which they rang. The same array until one comes or goes. */
  list(): readonly Alarm[]
  subscribe(listener: () => void): Undo
  /**
   * Takes it off the list at once, in every tab when that is stored. Resolves when it is durable.
   *
   * @throws {@link KeepspaceError} the codes of storage: it stays off the list here, and is written later; `closing` and
   * `disposed`: it is on the list again
   */
  dismiss(alarm: Pick<Alarm, 'workspaceId' | 'componentId'>): Promise<void>
}
