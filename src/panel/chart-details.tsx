import {type ReactElement, useState} from 'react'
import type {ActorView} from '../inspector/inspection-view.ts'
import type {ChartGraph} from '../model/inspection.ts'
import type {GraphLayout} from './chart-layout.ts'
import {ChartPicture, innermostOf} from './chart-picture.tsx'
import {clockOf} from './words.ts'

type ChartDetailsProps = {
  readonly view: ActorView | undefined
  readonly chart: ChartGraph | undefined
  readonly layout: GraphLayout
}

/** One actor: where it is, what brought it there, what it knows. */
export function ChartDetails({view, chart, layout}: ChartDetailsProps): ReactElement {
  const [scale, setScale] = useState(1)
  if (view === undefined) {
    return <p className="ksi-empty">Nothing is recorded yet.</p>
  }
  const {actor, snapshot, lastEvent, lastTransitions, atMs} = view
  return (
    <div className="ksi-details">
      <header>
        <h3>{actor.systemId}</h3>
        <p>
          <b>{innermostOf(view).join(', ') || (snapshot?.status ?? 'begins')}</b>
          {lastEvent !== undefined && ` since ${clockOf(atMs)}, told ${lastEvent}`}
        </p>
        {chart !== undefined && (
          <fieldset className="ksi-buttons" aria-label="Size">
            <button type="button" aria-label="Smaller" onClick={() => setScale(Math.max(0.2, (scale || 1) - 0.2))}>
              −
            </button>
            <button type="button" aria-pressed={scale === 0} onClick={() => setScale(0)}>
              Fit
            </button>
            <button type="button" aria-label="Larger" onClick={() => setScale((scale || 0.6) + 0.2)}>
              +
            </button>
          </fieldset>
        )}
      </header>
      {chart === undefined ? (
        <p className="ksi-empty">It is no chart: something that a chart waits for.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
        <section className="ksi-picture" aria-label="Statechart" tabIndex={0}>
          <ChartPicture chart={chart} view={view} layout={layout} scale={scale} />
        </section>
      )}
      {lastTransitions.length > 0 && (
        <ul className="ksi-last" aria-label="Last transitions">
          {lastTransitions.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      )}
      {snapshot !== undefined && (
        <details>
          <summary>What it knows</summary>
          <pre>{JSON.stringify(snapshot.context ?? snapshot.output ?? {}, null, 2)}</pre>
        </details>
      )}
    </div>
  )
}
