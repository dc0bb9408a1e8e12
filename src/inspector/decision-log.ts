import type {InspectedEvent, InspectionEntry} from '../model/inspection.ts'
import type {Json} from '../model/json.ts'
import type {Recording} from './recording.ts'

/** One thing that Keepspace decided, and why. */
export type DecisionLine = {
  /** Number of the entry in its recording. */
  readonly index: number
  readonly atMs: number
  /** Type of the event. */
  readonly what: string
  readonly workspaceId: string | undefined
  /** Reason, cause, code and the like, in the words of the event. */
  readonly why: readonly string[]
  /** Of decisions about memory: who was weighed, the next to go first. */
  readonly ranking: readonly RankedLine[]
}

export type RankedLine = {readonly id: string; readonly reason: string; readonly tier: string; readonly total: number}

/** Decisions up to entry number `count`, newest first, at most `limit`. */
export function decisionsOf(
  recording: Recording,
  {search = '', limit, count}: {readonly search?: string; readonly limit: number; readonly count: number},
): readonly DecisionLine[] {
  const words = search.trim().toLowerCase()
  const lines: DecisionLine[] = []
  for (let index = Math.min(count, recording.entries.length) - 1; index >= 0 && lines.length < limit; index -= 1) {
    const line = lineOf(recording.entries[index], index)
    if (line !== undefined && textOf(line).includes(words)) {
      lines.push(line)
    }
  }
  return lines
}

function textOf({what, workspaceId, why}: DecisionLine): string {
  return [what, workspaceId, ...why].join(' ').toLowerCase()
}

function lineOf(entry: InspectionEntry | undefined, index: number): DecisionLine | undefined {
  if (entry?.type !== 'fact' || entry.fact.type === 'eviction_score_calculated') {
    return undefined
  }
  const {fact, atMs} = entry
  const {workspaceId} = fact
  return {
    index,
    atMs,
    what: fact.type,
    workspaceId: typeof workspaceId === 'string' ? workspaceId : undefined,
    why: reasonsOf(fact),
    ranking: Array.isArray(fact.ranking) ? fact.ranking.map(rankedOf) : [],
  }
}

/** Words that say why, then numbers that say how much. */
function reasonsOf(fact: InspectedEvent): readonly string[] {
  const words = ['reason', 'cause', 'strength', 'readiness', 'trigger', 'status', 'phase', 'outcome', 'from', 'to']
  const numbers = ['revision', 'records', 'bytes', 'durationMs', 'attempted', 'saved', 'late']
  const code = codeOf(fact.error)
  return [
    ...words.flatMap((name) => (typeof fact[name] === 'string' ? [`${name}: ${fact[name]}`] : [])),
    ...(code === undefined ? [] : [`error: ${code}`]),
    ...(fact.isBackground === true ? ['in the background'] : []),
    ...numbers.flatMap((name) => (typeof fact[name] === 'number' ? [`${name}: ${Math.round(fact[name])}`] : [])),
  ]
}

function codeOf(error: Json | undefined): string | undefined {
  const {code} = isObject(error) ? error : {}
  return typeof code === 'string' ? code : undefined
}

function rankedOf(row: Json): RankedLine {
  const {id, reason, tier, score} = isObject(row) ? row : {}
  const {total} = isObject(score) ? score : {}
  return {id: String(id), reason: String(reason), tier: String(tier), total: typeof total === 'number' ? total : 0}
}

function isObject(value: Json | undefined): value is {readonly [key: string]: Json | undefined} {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
