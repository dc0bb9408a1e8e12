import type {TelemetryCounters, WorkspaceId} from 'keepspace'
import {useCatalogue} from 'keepspace/react'

const MOST_ROWS = 12

/** Saves of each workspace, shown and in the background: bars with their numbers, as a table. */
export function WorkspaceSaves({counters}: {readonly counters: TelemetryCounters}) {
  const {workspaces} = useCatalogue()
  const rows = Object.entries(counters.workspaces)
    .map(([id, counts]) => ({
      id,
      title: workspaces.find((each) => each.id === (id as WorkspaceId))?.title ?? 'Deleted workspace',
      ...counts,
      saves: counts.active + counts.background,
    }))
    .sort((a, b) => b.saves - a.saves)
    .slice(0, MOST_ROWS)
  const most = Math.max(1, ...rows.map(({saves}) => saves))
  return (
    <section className="plot-card is-wide" aria-label="Saves of each workspace">
      <h2>Saves of each workspace</h2>
      <p className="plot-text">While it was shown, and in the background, since this page was opened.</p>
      {rows.length === 0 ? (
        <p className="plot-empty">Nothing yet</p>
      ) : (
        <table className="saves-table">
          <thead>
            <tr>
              <th scope="col">Workspace</th>
              <td />
              <th scope="col">Shown</th>
              <th scope="col">Background</th>
              <th scope="col">Failed</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({id, title, active, background, failed}) => (
              <tr key={id}>
                <th scope="row">{title}</th>
                <td className="saves-bar" aria-hidden="true">
                  <span style={{width: `${(active / most) * 100}%`, background: 'var(--accent)'}} />
                  <span style={{width: `${(background / most) * 100}%`, background: 'var(--hot)'}} />
                </td>
                <td>{active}</td>
                <td>{background}</td>
                <td>{failed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
