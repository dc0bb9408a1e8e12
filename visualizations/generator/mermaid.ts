import type {AnyStateNode, AnyTransitionDefinition} from 'xstate'
import {transitionsOf} from '../../src/machines/chart-places.ts'
import type {Chart} from './charts.ts'

/** Longest line of text inside a state, in characters. */
const LINE_LENGTH = 42

/**
 * A chart as a Mermaid state diagram. What a state does without leaving it is written inside the state; what leaves it
 * is an arrow with the event, and the guard in brackets.
 */
export function toMermaid({source, machine}: Chart): string {
  const {root} = machine
  return [
    `%% Generated from ${source} by \`npm run visualize\`. Change the chart, not this file.`,
    'stateDiagram-v2',
    ...indent([...everywhere(root, 'in every state'), ...contentOf(root), ...arrowsOf(root)]),
    '',
  ].join('\n')
}

/** What is drawn inside the frame of a state: its inner states, where it begins, and where it ends. */
function contentOf(state: AnyStateNode): readonly string[] {
  const children = Object.values(state.states)
  if (state.type === 'parallel') {
    return children.flatMap((region, index) => [...(index === 0 ? [] : ['--']), ...frameOf(region)])
  }
  const initial = state.initial.target.map((target) => `[*] --> ${idOf(target)}`)
  const endings = children.filter(({type}) => type === 'final').map((child) => `${idOf(child)} --> [*]`)
  return [...initial, ...children.flatMap(frameOf), ...endings]
}

function frameOf(state: AnyStateNode): readonly string[] {
  const id = idOf(state)
  if (Object.keys(state.states).length === 0) {
    return [`state ${quote(state.key)} as ${id}`, ...textOf(state).map((line) => `${id} : ${encode(line)}`)]
  }
  const box = everywhere(state, `everywhere in ${state.key}`)
  const separator = box.length > 0 && state.type === 'parallel' ? ['--'] : []
  const inside = [...box, ...separator, ...contentOf(state)]
  return [`state ${quote(state.key)} as ${id} {`, ...indent(inside), '}']
}

/** A box for what holds in all states inside `state`. */
function everywhere(state: AnyStateNode, title: string): readonly string[] {
  const lines = textOf(state)
  const isSource = transitionsOf(state).some((transition) => leadsInside(state, transition))
  if (lines.length === 0 && !isSource) {
    return []
  }
  const id = everywhereId(state)
  return [`state ${quote(title)} as ${id}`, ...lines.map((line) => `${id} : ${encode(line)}`)]
}

/** What a state is and what it does while it lasts. */
function textOf(state: AnyStateNode): readonly string[] {
  const staying = transitionsOf(state).filter(({target}) => !target)
  return [
    ...wrap(state.description ?? ''),
    ...namesOf(state.config.entry).map((name) => `entry / ${name}`),
    ...state.invoke.map(({src}) => `do / ${typeof src === 'string' ? src : 'unnamed'}`),
    ...namesOf(state.config.exit).map((name) => `exit / ${name}`),
    ...staying.flatMap((transition) => wrap(stayingText(transition))),
  ]
}

function stayingText(transition: AnyTransitionDefinition): string {
  const actions = namesOf(transition.actions)
  const what = actions.length > 0 ? ` / ${actions.join(', ')}` : ` – ${transition.description ?? 'ignored'}`
  return `${labelOf(transition)}${what}`
}

/** All arrows of a state and of what is inside it, those between the same two states joined. */
function arrowsOf(state: AnyStateNode): readonly string[] {
  const labels = new Map<string, string[]>()
  for (const transition of transitionsOf(state)) {
    for (const target of transition.target ?? []) {
      const from = leadsInside(state, transition) ? everywhereId(state) : idOf(state)
      const arrow = `${from} --> ${idOf(target)}`
      labels.set(arrow, [...(labels.get(arrow) ?? []), labelOf(transition)])
    }
  }
  const own = [...labels].map(([arrow, texts]) => {
    const text = texts
      .filter((text) => text !== '')
      .map(encode)
      .join('<br/>')
    return text === '' ? arrow : `${arrow} : ${text}`
  })
  return [...own, ...Object.values(state.states).flatMap(arrowsOf)]
}

/** An arrow from a frame to something inside it cannot be drawn; it starts at the box "everywhere" instead. */
function leadsInside(state: AnyStateNode, {target}: AnyTransitionDefinition): boolean {
  const isFrame = Object.keys(state.states).length > 0
  return isFrame && (target ?? []).some((one) => one === state || one.id.startsWith(`${state.id}.`))
}

/** What makes a transition happen: an event, a named delay, the end of an actor; the guard in brackets. */
function labelOf({eventType, source, guard}: AnyTransitionDefinition): string {
  const [, kind, detail = ''] = /^xstate\.(after|done|error)\.(.*)$/.exec(eventType) ?? []
  const condition = guard ? `[${namesOf(guard).join()}]` : ''
  return [kind === undefined ? eventType : triggerOf(kind, detail, source), condition].filter(Boolean).join(' ')
}

function triggerOf(kind: string, detail: string, state: AnyStateNode): string {
  if (kind === 'after') {
    return `after ${detail.slice(0, detail.indexOf('.'))}`
  }
  const outcome = kind === 'done' ? 'done' : 'failed'
  if (detail === 'actor.*') {
    return `any actor ${outcome}`
  }
  const actor = state.invoke.find(({id}) => detail === `actor.${id}`)
  return actor && state.invoke.length > 1 ? `${actor.src} ${outcome}` : outcome
}

/** Names of guards or actions, as they are called in `setup()`. */
function namesOf(items: unknown): readonly string[] {
  const list = items === undefined ? [] : Array.isArray(items) ? items : [items]
  return list.map((item: unknown) => {
    const name = typeof item === 'object' && item !== null && 'type' in item ? item.type : item
    return typeof name === 'string' ? name : 'unnamed'
  })
}

function idOf(state: AnyStateNode): string {
  return state.path.length === 0 ? 'root' : state.path.join('_')
}

function everywhereId(state: AnyStateNode): string {
  return `everywhere_${idOf(state)}`
}

/** Breaks a sentence into lines that fit into a state. */
function wrap(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter((word) => word !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < LINE_LENGTH) {
      lines[lines.length - 1] = `${last} ${word}`
    } else {
      lines.push(word)
    }
  }
  return lines
}

/** Mermaid ends a text at a colon or a semicolon; both have a code. */
function encode(text: string): string {
  return text.replace(/[:;#"<>{}]/g, (character) => `#${character.charCodeAt(0)};`)
}

function quote(text: string): string {
  return `"${encode(text)}"`
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
