/** When the page of a campaign claims that edits are durable. All but `committed` lie, to see that lies are found out. */
export type ClaimMoment = 'committed' | 'attempted' | 'edited'

/** What the page is told when it starts. */
export type SessionOrder = {
  /** Counts the launches of the browser, from 1. */
  readonly session: number
  readonly seed: string
  readonly claimAt: ClaimMoment
  /** Whether storage is healed at each start, as it is by default. */
  readonly heals: boolean
}

/** The product said that these components of a workspace are durable with these counters, or newer. */
export type AcknowledgedReport = {
  readonly session: number
  readonly workspace: string
  /** What said so. */
  readonly by: 'event' | 'outcome' | 'status' | 'lie'
  readonly counters: Readonly<Record<string, number>>
}

/** What the product showed of one workspace after a start. */
export type FoundWorkspace = {
  readonly workspace: string
  /** States as they were read; null for a component that is listed but cannot be read. */
  readonly states: Readonly<Record<string, unknown>>
  /** Why the product refused to open it, also when it was asked again. Then nothing is known about what is stored. */
  readonly refusal?: string
}

/** What the product showed after a start, before anything was edited. */
export type FoundReport = {
  readonly session: number
  readonly workspaces: readonly FoundWorkspace[]
  /** Codes of the errors that the product told the person by then. */
  readonly said: readonly string[]
}
