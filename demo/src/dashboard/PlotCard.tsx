import {Plot} from './Plot.tsx'
import {formatValue, type PlotData} from './plots.ts'

const clock = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'})
/** More rows than this nobody reads. */
const MOST_ROWS = 20

/** A plot with its words, its legend, and the same numbers as a table. */
export function PlotCard({data}: {readonly data: PlotData}) {
  const {title, text, unit, lines, times} = data
  return (
    <section className="plot-card" aria-label={title}>
      <h2>{title}</h2>
      <p className="plot-text">{text}</p>
      {times.length === 0 ? (
        <p className="plot-empty">Nothing yet</p>
      ) : (
        <>
          <Plot data={data} />
          <ul className="plot-legend">
            {lines.map(({label, color, values}) => (
              <li key={label}>
                <span className="plot-swatch" style={{background: `var(${color})`}} aria-hidden="true" />
                {label}{' '}
                <strong>
                  {formatValue(
                    values.findLast((value) => value !== null),
                    unit,
                  )}
                </strong>
              </li>
            ))}
          </ul>
          <details className="plot-table">
            <summary>As a table</summary>
            <PlotTable data={data} />
          </details>
        </>
      )}
    </section>
  )
}

function PlotTable({data: {title, unit, lines, times}}: {readonly data: PlotData}) {
  const rows = times.map((time, at) => ({time, at})).slice(-MOST_ROWS)
  return (
    <table>
      <caption className="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          {lines.map(({label}) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({time, at}) => (
          <tr key={time}>
            <th scope="row">{clock.format(time)}</th>
            {lines.map(({label, values}) => (
              <td key={label}>{formatValue(values[at], unit)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
