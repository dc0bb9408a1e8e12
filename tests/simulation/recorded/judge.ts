import {type Beginning, createChecker} from '../checker.ts'
import {type CheckedEvent, componentOf} from '../checker-events.ts'
import {landedEvents} from '../landed-events.ts'
import {parseStoredKey} from '../stored-format.ts'
import type {Recorded} from './recorder.ts'

const MAX_RECORD_BYTES = 1_572_864

/** Lets the checker of the simulation judge what was recorded in a real browser. */
export function judge(records: readonly Recorded[], workspaces: readonly string[]): readonly string[] {
  const beginning: Beginning = new Map(workspaces.map((id) => [id, {state: new Map(), revision: 0}]))
  const checker = createChecker(beginning, MAX_RECORD_BYTES)
  const readings = new Map<string, number>()
  const words: Words[] = []
  let transaction = 0
  for (const record of records) {
    if (record.type === 'landed') {
      transaction += 1
    }
    for (const event of eventsOf(record, {transaction, readings, workspaces})) {
      if (event.type === 'lastWords') {
        words.push(event)
      }
      checker.note(event.type === 'landed' ? {...event, tab: authorOf(event, words)} : event)
    }
  }
  checker.note({type: 'ended'})
  return checker.violations
}

type Words = Extract<CheckedEvent, {type: 'lastWords'}>

/**
 * Whose commit it is. A tab that writes down the last words of another one has not said them, and shows them only when it
 * has read them, like everybody else.
 */
function authorOf(landed: Extract<CheckedEvent, {type: 'landed'}>, words: readonly Words[]): string {
  const written = landed.writes.filter(([register]) => componentOf(register) !== undefined)
  const said = words.findLast(
    ({workspace, words: own}) =>
      workspace === landed.workspace &&
      written.length > 0 &&
      written.every(([register, value]) => own.some(([name, word]) => name === register && word === value)),
  )
  return said?.tab ?? landed.tab
}

type Context = {
  readonly transaction: number
  readonly readings: Map<string, number>
  readonly workspaces: readonly string[]
}

/** The record in the words of the checker. */
function eventsOf(record: Recorded, {transaction, readings, workspaces}: Context): readonly CheckedEvent[] {
  const {tab} = record
  switch (record.type) {
    case 'landed': {
      const groups = record.groups.map((changes) => changes.map(({key, text}) => ({key, text})))
      return landedEvents(tab, transaction, record.isStrict, groups)
    }
    case 'called':
    case 'answered': {
      const heads = record.keys.map(parseStoredKey).flatMap((key) => (key.kind === 'head' ? [key.workspace] : []))
      return record.type === 'called'
        ? [{type: 'called', tab, workspaces: heads}]
        : [{type: 'answered', tab, workspaces: heads, hasFailed: record.hasFailed}]
    }
    case 'read': {
      const reading = readings.size + 1
      readings.set(`${tab}/${record.reading}`, reading)
      return record.keys.map(parseStoredKey).flatMap((key) => {
        if (key.kind !== 'component' && key.kind !== 'head') {
          return []
        }
        const read = key.workspace === '' ? workspaces : [key.workspace]
        const isWhole = key.kind === 'component'
        return read.map((workspace) => ({type: 'read' as const, tab, reading, workspace, isWhole}))
      })
    }
    case 'delivered':
      return [{type: 'delivered', tab, reading: readings.get(`${tab}/${record.reading}`) ?? 0}]
    case 'accepted': {
      const {workspace, register, value, mode} = record
      return [{type: 'accepted', tab, workspace, register, value, mode, isStorable: true}]
    }
    case 'viewed': {
      const {workspace, claim, shown, excluded} = record
      const seen = new Map(Object.entries(shown))
      return [{type: 'viewed', tab, workspace, claim, shown: seen, excluded: new Set(excluded)}]
    }
    case 'loaded':
    case 'dropped':
    case 'released':
      return [{type: record.type, tab, workspace: record.workspace}]
  }
}
