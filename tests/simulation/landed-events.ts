import type {CheckedEvent} from './checker-events.ts'
import type {Change} from './sim-disk.ts'
import {
  alarmFacts,
  contentBytes,
  headFacts,
  parseStoredKey,
  type RegisterValue,
  registersOf,
  wordsOf,
} from './stored-format.ts'

/** One transaction that landed, in the checker's words. */
export function landedEvents(
  tab: string,
  transaction: number,
  isStrict: boolean,
  groups: readonly (readonly Change[])[],
): readonly CheckedEvent[] {
  return groups.flatMap((changes) => groupEvents({tab, transaction, isStrict}, changes))
}

function groupEvents(
  facts: {readonly tab: string; readonly transaction: number; readonly isStrict: boolean},
  changes: readonly Change[],
): readonly CheckedEvent[] {
  const events: CheckedEvent[] = []
  const writes: RegisterValue[] = []
  const kept: RegisterValue[] = []
  let head: {workspace: string; text: string} | undefined
  let keptFor: string | undefined
  let largestBytes = 0
  for (const {key, text} of changes) {
    const parsed = parseStoredKey(key)
    writes.push(...registersOf(parsed, text))
    if (parsed.kind === 'head' && text !== undefined) {
      head = {workspace: parsed.workspace, text}
    } else if (parsed.kind === 'component' && text !== undefined) {
      largestBytes = Math.max(largestBytes, contentBytes(text))
    } else if (parsed.kind === 'history') {
      keptFor = parsed.workspace
      kept.push(...registersOf(parseStoredKey(parsed.lostKey), text))
    } else if (parsed.kind === 'alarm' && text !== undefined) {
      const {workspace, component} = parsed
      events.push({
        type: 'claimed',
        tab: facts.tab,
        transaction: facts.transaction,
        workspace,
        component,
        ...alarmFacts(text),
      })
    } else if (parsed.kind === 'leave' && text !== undefined) {
      events.push({type: 'lastWords', ...facts, workspace: parsed.workspace, words: wordsOf(text)})
    }
  }
  if (head !== undefined) {
    const {workspace, text} = head
    return [...events, {type: 'landed', ...facts, workspace, ...headFacts(text), writes, kept, largestBytes}]
  }
  return keptFor === undefined ? events : [...events, {type: 'kept', ...facts, workspace: keptFor, kept}]
}
