import type {ServerHealth, ServerLink} from 'keepspace'
import {useHealth} from 'keepspace/react'
import {CircleCheck, TriangleAlert} from 'lucide-react'
import {momentOf} from '../sessions/moment.ts'

/** How saving fares right now, here and on the way to the server, and what a person can do about it. */
export function HealthCard() {
  const {issues, atRisk, server} = useHealth()
  return (
    <section className="health" aria-labelledby="health">
      <h2 id="health" className="section-title">
        Health
      </h2>
      <dl className="health-facts">
        <Fact name="This device" words={deviceWords(atRisk.workspaces)} />
        {server && <Fact name="The server" words={serverWords(server)} />}
      </dl>
      {issues.length === 0 ? (
        <p className="health-issue" data-tone="good" role="status">
          <CircleCheck aria-hidden="true" /> Everything works as it should.
        </p>
      ) : (
        <ul className="health-issues">
          {issues.map(({state, advice, error}) => (
            <li key={state} className="health-issue">
              <TriangleAlert aria-hidden="true" />
              <span>
                {error && <strong>{error.sentence} </strong>}
                {advice}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Fact({name, words}: {readonly name: string; readonly words: string}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{words}</dd>
    </div>
  )
}

function deviceWords(atRisk: number): string {
  return atRisk === 0
    ? 'Everything is stored.'
    : `${atRisk === 1 ? '1 workspace is' : `${atRisk} workspaces are`} being stored.`
}

const linkWords: Readonly<Record<ServerLink, string>> = {
  unknown: 'Nothing was asked of it yet.',
  reachable: 'It answers.',
  unreachable: 'It gives no answer; it is tried again by itself.',
  'paused.unauthorized': 'It does not know who asks any more.',
}

function serverWords({link, waiting, oldestWaitingAt, lastAnswer}: ServerHealth): string {
  const since = oldestWaitingAt === undefined ? '' : ` since ${momentOf(oldestWaitingAt)}`
  const waits =
    waiting === 0 ? 'Nothing waits for it.' : `${waiting} ${waiting === 1 ? 'waits' : 'wait'} for it${since}.`
  const asked = lastAnswer === undefined ? '' : ` Asked last ${momentOf(lastAnswer.at)}.`
  return `${linkWords[link]} ${waits}${asked}`
}
