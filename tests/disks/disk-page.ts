import type {HealthState} from '../../src/index.ts'
import type {RestoreStatus} from '../../src/model/status.ts'

/** What a person is told at one moment. */
export type Look = {
  readonly level: string
  readonly save: string
  readonly phase: string
  readonly code: string | undefined
  readonly health: HealthState | 'healthy'
  readonly advice: string | undefined
  readonly restore: RestoreStatus
  /** Every kind of event and every error code since the page began. */
  readonly told: readonly string[]
}

/** What the page of these tests lets its driver do. All of it is of the product as people use it. */
export type DiskPage = {
  /** @returns the code of the error when it cannot be opened */
  open(): Promise<string | undefined>
  /** Sets the text of sheets, and adds those that are not there. */
  edit(texts: Readonly<Record<string, string>>): void
  save(): Promise<{readonly status: string; readonly code: string | undefined}>
  /** The text of each sheet; null where it cannot be read. */
  read(): Readonly<Record<string, string | null>>
  look(): Look
  /** Keys of what was set aside because it is damaged. */
  quarantined(): Promise<readonly string[]>
}
