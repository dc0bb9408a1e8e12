import {type ErrorReport, KeepspaceError, type KeepspaceErrorCode} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import {
  adviceFor,
  type Health,
  type HealthIssue,
  type HealthState,
  healthStates,
  type LastWrite,
} from '../model/health.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {isEqualJson} from '../model/json.ts'
import type {StorageStatus, WorkAtRisk, WorkspaceStatus} from '../model/status.ts'
import type {ServerLegs} from './server-legs.ts'

/** What the health is read from. */
export type HealthContext = {
  readonly now: () => number
  readonly on: (listener: (event: KeepspaceEvent) => void) => void
  readonly storage: () => StorageStatus
  /** Of the workspaces in memory. */
  readonly statuses: () => readonly WorkspaceStatus[]
  readonly atRisk: () => WorkAtRisk
  readonly hasPendingNewer: () => boolean
  readonly isPaused: () => boolean
  readonly isOnline: () => boolean
  readonly server: ServerLegs
}

/** Makes what says how saving fares. */
export function createHealth(context: HealthContext): () => Health {
  let successes = 0
  let failures = 0
  let last: LastWrite | undefined
  let health: Health | undefined

  const note = (write: Omit<LastWrite, 'at'>) => {
    successes += write.error === undefined ? 1 : 0
    failures += write.error === undefined ? 0 : 1
    last = {...write, at: context.now()}
  }
  context.on((event) => {
    if (event.type === 'save_success') {
      note({targetKind: 'workspace', target: event.workspaceId, reason: event.reason, error: undefined})
    } else if (event.type === 'save_failure') {
      note({targetKind: 'workspace', target: event.workspaceId, reason: event.reason, error: event.error})
    } else if (event.type === 'write_completed') {
      const {targetKind, target, reason, error} = event
      note({targetKind, target, reason, error})
    }
  })

  return () => {
    const issues = issuesOf(context)
    const {hasPendingNewer, atRisk} = context
    const state = issues[0]?.state ?? 'healthy'
    const next: Health = {
      state,
      issues,
      successes,
      failures,
      last,
      hasPendingNewer: hasPendingNewer(),
      atRisk: atRisk(),
      server: context.server.read(),
    }
    const known = health !== undefined && isEqualJson(health, next) ? health : next
    health = known
    return known
  }
}

type Found = {readonly error: ErrorReport | undefined; readonly workspaces: WorkspaceId[]}

function issuesOf(context: HealthContext): readonly HealthIssue[] {
  const found = new Map<HealthState, Found>()
  const add = (state: HealthState, error?: ErrorReport, id?: WorkspaceId) => {
    const known = found.get(state) ?? {error, workspaces: []}
    found.set(state, known)
    if (id !== undefined && !known.workspaces.includes(id)) {
      known.workspaces.push(id)
    }
  }
  noteStorage(context.storage(), add)
  for (const status of context.statuses()) {
    noteWorkspace(status, add)
  }
  if (context.isPaused()) {
    add('paused')
  }
  context.server.note(add)
  if (!context.isOnline()) {
    found.delete('unreachable')
    add('offline')
  }
  return healthStates.flatMap((state) => {
    const issue = found.get(state)
    return issue === undefined ? [] : [{state, ...issue, advice: adviceFor(state)}]
  })
}

/** Notes one trouble, and one of the workspaces concerned. */
export type Add = (state: HealthState, error?: ErrorReport, id?: WorkspaceId) => void

function noteStorage({phase, isPersistent, error}: StorageStatus, add: Add): void {
  if (phase === 'opening' || phase === 'closed') {
    return
  }
  if (!isPersistent) {
    add('storageUnavailable', error ?? new KeepspaceError('storage.unavailable').report)
  }
  if (phase === 'stuck' || phase === 'backingOff') {
    add(stateFor(error?.code), error)
  }
}

function noteWorkspace({id, save, phase, problems, error}: WorkspaceStatus, add: Add): void {
  if (save === 'conflict') {
    add('conflict', error, id)
  } else if (save === 'failed') {
    add(stateFor(error?.code), error, id)
  } else if (phase === 'loadFailed' && error?.code === 'load.failed') {
    add('failing', error, id)
  } else if (phase === 'loadFailed' && error?.code === 'record.newer') {
    add('newerSchema', error, id)
  }
  for (const problem of problems) {
    if (problem.kind === 'setAside') {
      add(problem.error.code === 'value.tooLarge' ? 'tooLarge' : 'unsavable', problem.error, id)
    } else if (problem.error.code === 'record.newer') {
      add('newerSchema', problem.error, id)
    }
  }
}

function stateFor(code: KeepspaceErrorCode | undefined): HealthState {
  switch (code) {
    case 'storage.quota':
      return 'quota'
    case 'value.tooLarge':
      return 'tooLarge'
    case 'record.newer':
      return 'newerSchema'
    case 'source.failed':
    case 'value.notJson':
    case 'value.invalid':
      return 'unsavable'
    default:
      return 'failing'
  }
}
