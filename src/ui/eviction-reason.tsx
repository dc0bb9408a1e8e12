import type {ReactElement} from 'react'
import type {EvictionExplanation, EvictionProtection, EvictionTier, RankedCandidate} from '../model/eviction.ts'
import {useEvictionExplanation} from './use-eviction-explanation.ts'

export type EvictionReasonProps = {
  /** @defaultValue the workspace of the nearest provider */
  readonly id?: string
  readonly className?: string
}

/**
 * Says in a sentence why a workspace is in memory, left it, or would be the next to go; unfolded, what was weighed. Its
 * look is in `keepspace/styles.css`; `data-state` is there for style sheets.
 */
export function EvictionReason({id, className}: EvictionReasonProps): ReactElement | null {
  const explanation = useEvictionExplanation(id)
  return explanation === undefined ? null : <Reason explanation={explanation} className={className} />
}

type ReasonProps = {readonly explanation: EvictionExplanation; readonly className?: string | undefined}

/** {@link EvictionReason} of what is known already. */
export function Reason({explanation, className}: ReasonProps): ReactElement {
  const rows = factsOf(explanation)
  return (
    <div className={className} data-keepspace="eviction-reason" data-state={explanation.state}>
      <p>{explanation.sentence}</p>
      {rows.length > 0 && (
        <details>
          <summary>Why?</summary>
          <dl>
            {rows.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  )
}

type Fact = readonly [name: string, value: string]

/** What was weighed: now for a workspace in memory, at the decision for one that left. */
function factsOf({state, standing, place, decision}: EvictionExplanation): readonly Fact[] {
  if (state === 'blocked') {
    return []
  }
  const row = standing ?? decision?.ranking.find(({id}) => id === decision.victimId)
  if (row === undefined) {
    return []
  }
  const {components, recency, revisits, total} = row.score
  const others = (decision?.ranking.length ?? 1) - 1
  return [
    ...(place === undefined || standing?.reason !== 'mayGo' ? [] : [['Turn to go', `${place}.`] as const]),
    ...(standing === undefined && others > 0 ? [['Weighed against', `${others} others`] as const] : []),
    ['Kind', tierNames[row.tier]],
    ['Score', `${total}: parts ${components}, seen lately ${recency}, come back to ${revisits}`],
    ...protectionFact(row),
    ['Memory', `about ${Math.max(1, Math.round(row.bytes / 1_000))} KB`],
  ]
}

function protectionFact({protections}: RankedCandidate): readonly Fact[] {
  return protections.length === 0
    ? []
    : [['Speaks for keeping it', protections.map((each) => protectionNames[each]).join(', ')]]
}

const tierNames: Record<EvictionTier, string> = {
  empty: 'empty: goes first',
  content: 'with content',
  default: 'first of its entry',
  running: 'something runs in it',
  never: 'may not go',
}

const protectionNames: Record<EvictionProtection, string> = {
  visible: 'you see it',
  shared: 'it belongs to everything',
  pinned: 'it is pinned',
  notDurable: 'its changes cannot be stored yet',
  attached: 'its content is owned elsewhere',
  loading: 'it is being loaded',
  needsConsent: 'work in it would be lost',
  refused: 'it did not go a moment ago',
  running: 'something runs in it',
  recentlySeen: 'you saw it not long ago',
  oftenRevisited: 'you come back to it often',
}
