import {CircleCheck, CircleX, LoaderCircle, TriangleAlert} from 'lucide-react'
import {type Experiment, forgetVerdicts} from './experiment.ts'
import {lostOf, unsavedOf, type Verdict} from './ledger.ts'
import {inSeconds, pullWords} from './plug-words.ts'

/** What each pull of the plug did, newest first, in numbers. */
export function Verdicts({experiment}: {readonly experiment: Experiment}) {
  const {verdicts, pending, trouble} = experiment
  return (
    <section className="plug-section" aria-labelledby="plug-verdicts">
      <div className="plug-head">
        <h2 id="plug-verdicts">What was lost</h2>
        {verdicts.length > 0 && (
          <button type="button" className="button is-small" onClick={forgetVerdicts}>
            Begin anew
          </button>
        )}
      </div>
      <div role="status">
        {pending && (
          <p className="plug-pending">
            <LoaderCircle aria-hidden="true" /> {pullWords[pending.pull]}. Waiting until everything is stored again…
          </p>
        )}
        {trouble && (
          <p className="plug-pending" data-tone="bad">
            <TriangleAlert aria-hidden="true" /> {trouble}
          </p>
        )}
        {verdicts.length === 0 && !pending && <p className="plug-none">Nothing yet. Pull a plug.</p>}
        <ol className="plug-verdicts">
          {verdicts.toReversed().map((verdict) => (
            <VerdictRow key={`${verdict.pull}-${verdict.at}`} verdict={verdict} />
          ))}
        </ol>
      </div>
    </section>
  )
}

function VerdictRow({verdict}: {readonly verdict: Verdict}) {
  const {pull, at, acknowledged, found, backMs, words} = verdict
  const lost = lostOf(verdict)
  const unsaved = unsavedOf(verdict)
  const Icon = lost === 0 ? CircleCheck : CircleX
  return (
    <li className="plug-verdict" data-lost={lost > 0 || undefined} data-pull={pull}>
      <Icon aria-hidden="true" />
      <div className="plug-verdict-words">
        <p className="plug-verdict-title">
          <strong>{pullWords[pull]}.</strong>{' '}
          {lost === 0 ? 'Nothing acknowledged was lost.' : `${lost} edits were lost.`}
        </p>
        <p>{words}</p>
        <p className="plug-verdict-numbers">
          <span>{acknowledged.toLocaleString('en')} acknowledged</span>
          <span>{found.toLocaleString('en')} there afterwards</span>
          {unsaved > 0 && <span>{unsaved} of the last moment were only in memory</span>}
          <span>back after {inSeconds(backMs)}</span>
        </p>
      </div>
      <time dateTime={new Date(at).toISOString()}>
        {new Date(at).toLocaleTimeString('en', {hour: '2-digit', minute: '2-digit', second: '2-digit'})}
      </time>
    </li>
  )
}
