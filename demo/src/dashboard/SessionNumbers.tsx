import {type SessionCounters, sessionTargets} from 'keepspace'
import {formatValue} from './plots.ts'
import {sessionNumbersOf} from './session-numbers.ts'

/** How sessions and saving to the server fare, against what may be expected of them. */
export function SessionNumbers({counters}: {readonly counters: SessionCounters}) {
  const rows = sessionNumbersOf(counters, sessionTargets)
  return (
    <section className="plot-card is-wide" aria-label="Sessions and the server">
      <h2>Sessions and the server</h2>
      <p className="plot-text">Means and rates since this page was opened, beside what they should be.</p>
      {rows.length === 0 ? (
        <p className="plot-empty">Nothing yet</p>
      ) : (
        <table className="saves-table">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Measured</th>
              <th scope="col">Expected</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({label, value, unit, target, isMet}) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>
                  {formatValue(value, unit)}
                  {!isMet && ' (missed)'}
                </td>
                <td>{target}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
