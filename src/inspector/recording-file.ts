import {KeepspaceError} from '../model/errors.ts'
import type {ChartGraph, InspectionEntry} from '../model/inspection.ts'
import type {ActorView} from './inspection-view.ts'
import type {Recording} from './recording.ts'

/** What a file of another kind does not have. */
const FORMAT = 'keepspace-recording'
const VERSION = 1

type RecordingFile = {
  readonly format: typeof FORMAT
  readonly version: typeof VERSION
  readonly dropped: number
  readonly charts: readonly ChartGraph[]
  readonly actors: readonly ActorView[]
  readonly entries: readonly InspectionEntry[]
}

/** A recording as the text of one file. It needs neither the app nor its charts to be looked at. */
export function exportRecording({base, entries, dropped}: Recording): string {
  const file: RecordingFile = {
    format: FORMAT,
    version: VERSION,
    dropped,
    charts: [...base.charts.values()],
    actors: [...base.actors.values()],
    entries,
  }
  return JSON.stringify(file)
}

/** @throws {@link KeepspaceError} `usage` when the text is no recording of this version */
export function importRecording(text: string): Recording {
  const file = parsed(text)
  if (!isRecordingFile(file)) {
    throw new KeepspaceError('usage', 'this file is no recording that this version can show')
  }
  const {dropped, charts, actors, entries} = file
  return {
    dropped,
    entries,
    base: {
      charts: new Map(charts.map((chart) => [chart.id, chart])),
      actors: new Map(actors.map((view) => [view.actor.sessionId, view])),
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new KeepspaceError('usage', 'this file is no recording', {cause})
  }
}

function isRecordingFile(file: unknown): file is RecordingFile {
  if (typeof file !== 'object' || file === null) {
    return false
  }
  const {format, version, dropped, charts, actors, entries} = file as Record<string, unknown>
  return (
    format === FORMAT &&
    version === VERSION &&
    typeof dropped === 'number' &&
    isListOf(
      charts,
      ({id, states, transitions}) => isText(id) && Array.isArray(states) && Array.isArray(transitions),
    ) &&
    isListOf(actors, isActorView) &&
    isListOf(entries, isEntry)
  )
}

function isActorView({actor, snapshot, lastEvent, lastTransitions, atMs}: Record<string, unknown>): boolean {
  return (
    isActor(actor) &&
    (snapshot === undefined || isSnapshot(snapshot)) &&
    (lastEvent === undefined || isText(lastEvent)) &&
    isListOfTexts(lastTransitions) &&
    typeof atMs === 'number'
  )
}

function isEntry(entry: Record<string, unknown>): boolean {
  const {atMs, type, chart, actor, sessionId, event, snapshot, transitions, fact} = entry
  if (typeof atMs !== 'number') {
    return false
  }
  switch (type) {
    case 'chart':
      return isRecord(chart) && isText(chart.id) && Array.isArray(chart.states) && Array.isArray(chart.transitions)
    case 'actor':
      return isActor(actor)
    case 'event':
      return isText(sessionId) && isEvent(event)
    case 'microstep':
      return isText(sessionId) && isEvent(event) && isSnapshot(snapshot) && isListOfTexts(transitions)
    case 'snapshot':
      return isText(sessionId) && isEvent(event) && isSnapshot(snapshot)
    case 'fact':
      return isEvent(fact)
    default:
      return false
  }
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isEvent = (value: unknown): boolean => isRecord(value) && isText(value.type)
const isActor = (value: unknown): boolean => isRecord(value) && isText(value.sessionId) && isText(value.systemId)
const isListOfTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isSnapshot = (value: unknown): boolean => isRecord(value) && isText(value.status) && isListOfTexts(value.states)

function isListOf(list: unknown, isOne: (item: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(list) && list.every((item) => isRecord(item) && isOne(item))
}
