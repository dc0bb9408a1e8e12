import {type ReactElement, useEffect, useRef} from 'react'
import type {Lane, LanePhase} from '../inspector/lanes.ts'

const ROW = 22
const WINDOW_MS = 60_000

const phases: readonly LanePhase[] = [
  'loading',
  'saved',
  'dirty',
  'saving',
  'failed',
  'conflicted',
  'readOnly',
  'evicted',
]

type LanesViewProps = {
  readonly lanes: readonly Lane[]
  /** The moment at the right edge, milliseconds since 1970. */
  readonly untilMs: number
}

/** One lane for each workspace: how safe it was during the last minute. */
export function LanesView({lanes, untilMs}: LanesViewProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (canvas.current !== null) {
      draw(canvas.current, lanes, untilMs)
    }
  }, [lanes, untilMs])
  if (lanes.length === 0) {
    return <p className="ksi-empty">No workspace was in memory yet.</p>
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <section className="ksi-lanes" aria-label="Lanes of workspaces" tabIndex={0}>
      <ul className="ksi-legend" aria-label="Colours">
        {phases.map((phase) => (
          <li key={phase}>
            <i data-phase={phase} /> {phase}
          </li>
        ))}
      </ul>
      <div className="ksi-lane-body">
        <ol>
          {lanes.map(({workspaceId, stretches}) => (
            <li key={workspaceId} style={{height: ROW}} title={workspaceId}>
              <span className="ksi-name">{workspaceId}</span>
              <span className="ksi-pill">{stretches.at(-1)?.phase}</span>
            </li>
          ))}
        </ol>
        <canvas ref={canvas} style={{height: lanes.length * ROW}} />
      </div>
      <p className="ksi-axis">
        <span>a minute before</span>
        <span>this moment</span>
      </p>
    </section>
  )
}

/** One canvas for all: hundreds of lanes would be thousands of elements. */
function draw(canvas: HTMLCanvasElement, lanes: readonly Lane[], untilMs: number): void {
  const ratio = window.devicePixelRatio
  const width = canvas.clientWidth
  const height = lanes.length * ROW
  canvas.width = width * ratio
  canvas.height = height * ratio
  const pen = canvas.getContext('2d')
  if (pen === null) {
    return
  }
  const colours = new Map(phases.map((phase) => [phase, colourOf(canvas, phase)]))
  const at = (ms: number) => Math.max(0, width * (1 - (untilMs - ms) / WINDOW_MS))
  pen.scale(ratio, ratio)
  for (const [row, {stretches}] of lanes.entries()) {
    for (const {phase, fromMs, toMs = untilMs} of stretches) {
      if (untilMs - toMs < WINDOW_MS && toMs >= fromMs) {
        const left = Math.min(at(fromMs), width - 1.5)
        pen.fillStyle = colours.get(phase) ?? ''
        // What lasts shorter than a pixel is seen all the same.
        pen.fillRect(left, row * ROW + 4, Math.max(1.5, at(Math.min(toMs, untilMs)) - left), ROW - 8)
      }
    }
  }
}

/** The colour of the legend: a canvas does not resolve `light-dark()` itself. */
function colourOf(canvas: HTMLCanvasElement, phase: LanePhase): string {
  const swatch = canvas.closest('.ksi-lanes')?.querySelector(`[data-phase="${phase}"]`)
  return swatch ? getComputedStyle(swatch).backgroundColor : ''
}
