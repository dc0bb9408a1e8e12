import {isDeepStrictEqual} from 'node:util'
import {contentOf, sessionOf} from './content.ts'
import type {AcknowledgedReport, FoundReport, FoundWorkspace} from './reports.ts'

/** What a campaign counts. */
export type Tally = {
  /** Saves that the product acknowledged and that carried something new. */
  readonly acknowledged: number
  /** Components that came back older than acknowledged, not whole, or not at all; those of a wipe apart. */
  readonly lost: number
  /** Starts that found nothing although something was acknowledged. */
  readonly wipes: number
  /** Wipes that the product told the person about. */
  readonly wipesReported: number
}

/** Judges what came back after each kill against what was acknowledged before. Knows nothing of the product. */
export type Checker = {
  acknowledged(report: AcknowledgedReport): void
  found(report: FoundReport): void
  tally(): Tally
  /** One sentence for each fault. */
  faults(): readonly string[]
}

/** Starts with nothing acknowledged. */
export function createChecker(): Checker {
  /** The oldest counter that may come back, by workspace and component. */
  const floors: Floors = new Map()
  const faults: string[] = []
  const tally = {acknowledged: 0, lost: 0, wipes: 0, wipesReported: 0}

  const raise = ({workspace, counters}: Pick<AcknowledgedReport, 'workspace' | 'counters'>, by: string) => {
    let isNew = false
    for (const [component, counter] of Object.entries(counters)) {
      const place = `${workspace}/${component}`
      if (counter > (floors.get(place)?.counter ?? 0)) {
        floors.set(place, {counter, by})
        isNew = true
      }
    }
    return isNew
  }

  const forget = (workspace: string) => {
    for (const place of placesOf(workspace, floors)) {
      floors.delete(place)
    }
  }

  const wipe = ({session, said}: FoundReport) => {
    const isReported = said.some((code) => code.startsWith('storage.'))
    tally.wipes += 1
    tally.wipesReported += isReported ? 1 : 0
    faults.push(`session ${session}: nothing came back, ${tellings({said})}`)
  }

  return {
    acknowledged: (report) => {
      tally.acknowledged += raise(report, report.by) ? 1 : 0
    },
    found: (report) => {
      const {session, workspaces} = report
      if (floors.size > 0 && workspaces.every(isEmpty)) {
        wipe(report)
      } else {
        const lost = workspaces.flatMap((workspace) => lossesOf(workspace, floors, session))
        tally.lost += lost.length
        faults.push(
          ...lost.map((loss) => `session ${session}: ${loss}${report.said.length > 0 ? `, ${tellings(report)}` : ''}`),
        )
      }
      for (const {workspace, states} of workspaces.filter(({refusal}) => refusal === undefined)) {
        forget(workspace)
        // What a person was shown after a start is expected to stay as well.
        raise({workspace, counters: countersOf(states)}, 'start')
      }
    },
    tally: () => ({...tally}),
    faults: () => [...faults],
  }
}

/** What must come back at least, and what said so. */
type Floors = Map<string, {readonly counter: number; readonly by: string}>

function placesOf(workspace: string, floors: Floors): readonly string[] {
  return [...floors.keys()].filter((place) => place.startsWith(`${workspace}/`))
}

/** Opened, and nothing in it; or refused because what was there is gone. */
function isEmpty({states, refusal}: FoundWorkspace): boolean {
  return Object.keys(states).length === 0 && (refusal === undefined || refusal.includes('emptied'))
}

function lossesOf({workspace, states, refusal}: FoundWorkspace, floors: Floors, session: number): string[] {
  const prefix = `${workspace}/`
  const known = placesOf(workspace, floors).map((place) => place.slice(prefix.length))
  if (refusal !== undefined) {
    return known.map((component) => `${prefix}${component} cannot be opened, ${refusal}`)
  }
  return [...new Set([...known, ...Object.keys(states)])].flatMap((component) => {
    const fault = faultOf(workspace, component, states[component], session)
    const floor = floors.get(prefix + component)
    const promise = floor === undefined ? 'nothing was promised' : `${floor.by} promised ${floor.counter}`
    const counter = counterOf(states[component])
    if (fault !== undefined) {
      return [`${prefix}${component} ${fault}, ${promise}`]
    }
    return floor !== undefined && counter < floor.counter ? [`${prefix}${component} is at ${counter}, ${promise}`] : []
  })
}

/** Why a state cannot be what an earlier session made. */
function faultOf(workspace: string, component: string, state: unknown, session: number): string | undefined {
  if (state === undefined) {
    return 'is missing'
  }
  const counter = counterOf(state)
  if (counter === 0) {
    return 'cannot be read'
  }
  if (sessionOf(counter) >= session) {
    return `is at ${counter}, which nobody made`
  }
  return isDeepStrictEqual(state, contentOf(workspace, component, counter)) ? undefined : `is torn at ${counter}`
}

function tellings({said}: Pick<FoundReport, 'said'>): string {
  return `the product told of ${said.join() || 'nothing'}`
}

function countersOf(states: FoundWorkspace['states']): Record<string, number> {
  return Object.fromEntries(Object.entries(states).map(([component, state]) => [component, counterOf(state)]))
}

function counterOf(state: unknown): number {
  const counter = typeof state === 'object' && state !== null && 'counter' in state ? state.counter : undefined
  return Number.isSafeInteger(counter) ? Number(counter) : 0
}
