import {memo, type ReactElement} from 'react'
import type {DecisionLine} from '../inspector/decision-log.ts'
import {clockOf} from './words.ts'

type DecisionsViewProps = {
  readonly decisions: readonly DecisionLine[]
  readonly onStep: (count: number) => void
}

/** What Keepspace decided and why, newest first. */
export function DecisionsView({decisions, onStep}: DecisionsViewProps): ReactElement {
  if (decisions.length === 0) {
    return <p className="ksi-empty">No decision yet that matches.</p>
  }
  return (
    <ol className="ksi-decisions" aria-label="Decisions">
      {decisions.map((decision) => (
        <Decision key={decision.index} decision={decision} onStep={onStep} />
      ))}
    </ol>
  )
}

type DecisionProps = {readonly decision: DecisionLine; readonly onStep: (count: number) => void}

const Decision = memo(
  ({decision, onStep}: DecisionProps) => {
    const {index, atMs, what, workspaceId, why, ranking} = decision
    return (
      <li>
        <button type="button" onClick={() => onStep(index + 1)}>
          <span className="ksi-time">{clockOf(atMs)}</span>
          <b>{what.replaceAll('_', ' ')}</b>
          {workspaceId !== undefined && <code>{workspaceId}</code>}
          <span className="ksi-why">{why.join(' · ')}</span>
        </button>
        {ranking.length > 0 && (
          <details>
            <summary>{ranking.length} weighed</summary>
            <ol className="ksi-ranking">
              {ranking.map(({id, reason, tier, total}) => (
                <li key={id}>
                  <code>{id}</code> {reason}, {tier}, score {Math.round(total)}
                </li>
              ))}
            </ol>
          </details>
        )}
      </li>
    )
  },
  (before, after) => before.onStep === after.onStep && isSame(before.decision, after.decision),
)

function isSame(left: DecisionLine, right: DecisionLine): boolean {
  return left.index === right.index && left.atMs === right.atMs && left.what === right.what
}
