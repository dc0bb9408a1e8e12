import type {Rect} from './placement.ts'

export type Size = {readonly width: number; readonly height: number}
export type View = {readonly x: number; readonly y: number; readonly zoom: number}

/** What the bar at the foot of the canvas covers, with a margin. CSS pixels. */
export const COVERED_BELOW = 96

/** Room for a banner. */
const TOP = 60
const SIDE = 28
const NARROW_SIDE = 16
/** Smaller than this nobody can read a card. */
const MIN_ZOOM = 0.7

/** Where to look when a canvas is opened for the first time: at everything, or at its beginning if that is too small. */
export function startView(cards: readonly Rect[], {width, height}: Size): View {
  const [first] = cards
  if (!first) {
    return {x: 0, y: 0, zoom: 1}
  }
  const left = Math.min(...cards.map((card) => card.x))
  const top = Math.min(...cards.map((card) => card.y))
  const right = Math.max(...cards.map((card) => card.x + card.width))
  const bottom = Math.max(...cards.map((card) => card.y + card.height))
  const usable = {width: width - 2 * SIDE, height: height - TOP - COVERED_BELOW}
  const zoom = Math.min(1, usable.width / (right - left), usable.height / (bottom - top))
  if (zoom < MIN_ZOOM) {
    return {x: NARROW_SIDE - left, y: NARROW_SIDE - top, zoom: 1}
  }
  return {
    x: SIDE + (usable.width - (right - left) * zoom) / 2 - left * zoom,
    y: TOP + (usable.height - (bottom - top) * zoom) / 2 - top * zoom,
    zoom,
  }
}
