import {memo, type ReactElement, useEffect, useRef, useState} from 'react'
import type {ActorView} from '../inspector/inspection-view.ts'
import type {ChartGraph} from '../model/inspection.ts'
import {type GraphLayout, type PlacedArrow, type PlacedChart, type PlacedState, placeChart} from './chart-layout.ts'

type ChartPictureProps = {
  readonly chart: ChartGraph
  readonly view: ActorView
  readonly layout: GraphLayout
  /** How large it is drawn; 0 to fit. */
  readonly scale: number
}

/** The chart of one actor with the states it is in and the transitions it took last. */
export function ChartPicture({chart, view, layout, scale}: ChartPictureProps): ReactElement {
  const placed = usePlacedChart(chart, layout)
  const picture = useRef<SVGSVGElement>(null)
  const innermost = innermostOf(view).join(' and ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is active is brought into view when it changes
  useEffect(() => showActive(picture.current), [innermost, placed, scale])
  if (placed === 'failed') {
    return <p className="ksi-empty">This chart could not be laid out.</p>
  }
  if (placed === undefined) {
    return <p className="ksi-empty">Laying out…</p>
  }
  const {width, height, states, arrows} = placed
  const active = new Set(view.snapshot?.states)
  const last = new Set(view.lastTransitions)
  const size = scale === 0 ? {width: '100%', height: '100%'} : {width: width * scale, height: height * scale}
  const isLast = (arrow: PlacedArrow) => arrow.names.some((name) => last.has(name))
  return (
    <svg
      className="ksi-chart"
      role="img"
      aria-label={`Statechart ${chart.id} of ${view.actor.systemId}, in ${innermost}`}
      viewBox={`-4 -4 ${width + 8} ${height + 8}`}
      ref={picture}
      style={size}
    >
      <defs>
        {['arrow', 'arrow-last'].map((id) => (
          <marker
            key={id}
            id={`ksi-${id}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" className={`ksi-${id}`} />
          </marker>
        ))}
      </defs>
      {states.map((state) => (
        <StateShape key={state.id} state={state} isActive={active.has(state.id)} />
      ))}
      {arrows.map((arrow) => (
        <ArrowLine key={arrow.id} arrow={arrow} isLast={false} />
      ))}
      {arrows.filter(isLast).map((arrow) => (
        <ArrowLine key={arrow.id} arrow={arrow} isLast={true} />
      ))}
    </svg>
  )
}

/** Scrolls the picture alone, and only when the state is out of sight. */
function showActive(picture: SVGSVGElement | null): void {
  const frame = picture?.parentElement
  const state = picture?.querySelector('[data-active]:not([data-kind="frame"])')
  if (!frame || !state) {
    return
  }
  const inner = state.getBoundingClientRect()
  const outer = frame.getBoundingClientRect()
  const isOut =
    inner.left < outer.left || inner.right > outer.right || inner.top < outer.top || inner.bottom > outer.bottom
  if (isOut) {
    frame.scrollBy({
      left: (inner.left + inner.right - outer.left - outer.right) / 2,
      top: (inner.top + inner.bottom - outer.top - outer.bottom) / 2,
    })
  }
}

/** The innermost states it is in, without the name of the chart. */
export function innermostOf({snapshot}: ActorView): readonly string[] {
  const ids = snapshot?.states ?? []
  return ids.filter((id) => !ids.some((other) => other.startsWith(`${id}.`))).map((id) => id.slice(id.indexOf('.') + 1))
}

const StateShape = memo(({state, isActive}: {readonly state: PlacedState; readonly isActive: boolean}) => {
  const {id, label, description, kind, x, y, width, height} = state
  if (kind === 'start') {
    return <circle className="ksi-start" cx={x + width / 2} cy={y + height / 2} r={4} />
  }
  return (
    <g className="ksi-state" data-kind={kind} data-active={isActive || undefined} data-state={id}>
      {description && <title>{description}</title>}
      <rect x={x} y={y} width={width} height={height} rx={8} />
      {kind === 'final' && (
        <rect className="ksi-inner" x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx={6} />
      )}
      {kind === 'frame' ? (
        <text x={x + 12} y={y + 20}>
          {label}
        </text>
      ) : (
        <text x={x + width / 2} y={y + height / 2 + 4} textAnchor="middle">
          {label}
        </text>
      )}
    </g>
  )
})

const ArrowLine = memo(({arrow, isLast}: {readonly arrow: PlacedArrow; readonly isLast: boolean}) => {
  const {points, label} = arrow
  return (
    <g className="ksi-line" data-last={isLast || undefined}>
      <path
        d={points.map(({x, y}, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')}
        markerEnd={`url(#ksi-${isLast ? 'arrow-last' : 'arrow'})`}
      />
      {label?.lines.map((line, index) => (
        <text key={line} x={label.x + 3} y={label.y + 11 + index * 13}>
          {line}
        </text>
      ))}
    </g>
  )
})

const placedCharts = new WeakMap<ChartGraph, PlacedChart | 'failed'>()

/** Each chart is laid out once. */
function usePlacedChart(chart: ChartGraph, layout: GraphLayout): PlacedChart | 'failed' | undefined {
  const [, setPlaced] = useState<PlacedChart | 'failed'>()
  useEffect(() => {
    let isWanted = true
    const note = (placed: PlacedChart | 'failed') => {
      placedCharts.set(chart, placed)
      if (isWanted) {
        setPlaced(placed)
      }
    }
    if (!placedCharts.has(chart)) {
      placeChart(chart, layout).then(note, () => note('failed'))
    }
    return () => {
      isWanted = false
    }
  }, [chart, layout])
  return placedCharts.get(chart)
}
