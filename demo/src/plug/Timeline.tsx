import {type Experiment, SHOWN_MS} from './experiment.ts'
import {pullWords} from './plug-words.ts'

const WIDTH = 1000
const HEIGHT = 150
/** Edits that the picture has room for; more gap than that is cut off at the foot. */
const SHOWN_GAP = 40

type TimelineProps = Pick<Experiment, 'samples' | 'verdicts' | 'pending'>

/** The last 45 seconds: how many edits existed only in memory, and when the plug was pulled. */
export function Timeline({samples, verdicts, pending}: TimelineProps) {
  const now = samples.at(-1)?.at ?? 0
  const x = (at: number) => WIDTH - ((now - at) / SHOWN_MS) * WIDTH
  const y = (gap: number) => HEIGHT - (Math.min(gap, SHOWN_GAP) / SHOWN_GAP) * (HEIGHT - 24)
  const points = samples.map(({at, made, acknowledged}) => `${x(at).toFixed(1)},${y(made - acknowledged).toFixed(1)}`)
  const first = samples[0]
  const area = first && `M${x(first.at).toFixed(1)},${HEIGHT} L${points.join(' L')} L${WIDTH},${HEIGHT} Z`
  const marks = [
    ...verdicts.map(({pull, at, backMs}) => ({pull, at, endsAt: at + backMs})),
    ...(pending === undefined ? [] : [{pull: pending.pull, at: pending.at, endsAt: now}]),
  ].filter(({endsAt}) => endsAt > now - SHOWN_MS)
  return (
    <figure className="plug-timeline">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby="plug-timeline-words"
      >
        <title id="plug-timeline-words">
          {`Edits only in memory over the last ${SHOWN_MS / 1000} seconds, with ${marks.length} ${marks.length === 1 ? 'pull' : 'pulls'} of the plug`}
        </title>
        {marks.map(({pull, at, endsAt}) => (
          <rect
            key={`${pull}-${at}`}
            className="plug-outage"
            x={x(Math.max(at, now - SHOWN_MS))}
            y="0"
            width={Math.max(3, x(endsAt) - x(Math.max(at, now - SHOWN_MS)))}
            height={HEIGHT}
          />
        ))}
        <line className="plug-floor" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {area && <path className="plug-gap" d={area} />}
        {points.length > 1 && <polyline className="plug-line" points={points.join(' ')} />}
      </svg>
      <div className="plug-marks" aria-hidden="true">
        {marks.map(({pull, at}) => (
          <span key={`${pull}-${at}`} style={{left: `${Math.max(0, Math.min(94, (x(at) / WIDTH) * 100))}%`}}>
            {pullWords[pull]}
          </span>
        ))}
      </div>
      <figcaption>
        Edits that exist only in memory, over the last 45 seconds. Each fall is an acknowledgement; the coloured bands
        are outages.
      </figcaption>
    </figure>
  )
}
