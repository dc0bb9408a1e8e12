import type {Keepspace} from '../../src/index.ts'
import {post} from './reporting.ts'
import type {AcknowledgedReport, SessionOrder} from './reports.ts'

/** The newest counter of each component, by workspace. */
export type Counters = Map<string, Readonly<Record<string, number>>>

type Carried = Readonly<Record<string, number>> | undefined

const STATUS_INTERVAL_MS = 20

/**
 * Reports each thing the product says about what is durable, as the counters that were set before:
 *
 * - `save_success`: what was set when that save was attempted, since it is captured after that
 * - an outcome `saved` or `unchanged`: what was set when the save was asked for
 * - a status `saved`: what is set at that moment, looked at in a task of its own
 *
 * @returns asks for an explicit, strict save
 */
export function claimSaves(
  keepspace: Keepspace,
  counters: Counters,
  {session, claimAt}: SessionOrder,
): (workspace: string) => void {
  const attempted: Counters = new Map()
  const claimed: Counters = new Map()
  const claim = (workspace: string, by: AcknowledgedReport['by'], carried: Carried) => {
    if (carried !== undefined && carried !== claimed.get(workspace)) {
      claimed.set(workspace, carried)
      const report: AcknowledgedReport = {session, workspace, by, counters: carried}
      void post('acknowledged', report)
    }
  }

  keepspace.on('save_attempt', ({workspaceId}) => {
    attempted.set(workspaceId, counters.get(workspaceId) ?? {})
    if (claimAt === 'attempted') {
      claim(workspaceId, 'lie', counters.get(workspaceId))
    }
  })
  // A save that was attempted before anybody listened carries nobody knows what: it claims nothing.
  keepspace.on('save_success', ({workspaceId}) => claim(workspaceId, 'event', attempted.get(workspaceId)))
  setInterval(() => {
    for (const workspace of counters.keys()) {
      if (claimAt === 'edited') {
        claim(workspace, 'lie', counters.get(workspace))
      } else if (keepspace.getStatus(workspace).save === 'saved') {
        claim(workspace, 'status', counters.get(workspace))
      }
    }
  }, STATUS_INTERVAL_MS)

  return (workspace) => {
    const carried = counters.get(workspace)
    keepspace.persist(workspace, 'explicit').then(
      ({status}) => {
        if (status === 'saved' || status === 'unchanged') {
          claim(workspace, 'outcome', carried)
        }
      },
      () => {
        // It is not in memory at the moment: nothing was promised.
      },
    )
  }
}
