/** A rectangle on the canvas, CSS pixels at zoom 1. */
export type Rect = {readonly x: number; readonly y: number; readonly width: number; readonly height: number}

const GAP = 24
const STEPS = 12
/** A step down counts as much as this many steps to the side: rows fill first, on narrow screens columns. */
const DOWN = 3

/**
 * The free place for a new card nearest to where it was wanted, right of it or below, {@link GAP} away from every other
 * card; one that is wholly in `seen` before any other. When all is full it is the wanted place itself.
 */
export function findPlace(wanted: Rect, taken: readonly Rect[], seen: Rect): Rect {
  const down = seen.width < seen.height ? 1 / DOWN : DOWN
  const candidates = [wanted, ...besides(wanted, taken), ...grid(wanted)]
  const free = candidates
    .filter(({x, y}) => x >= wanted.x && y >= wanted.y)
    .filter((candidate) => taken.every((other) => !isTouching(candidate, other)))
  const inSight = free.filter((candidate) => isInside(candidate, seen))
  return nearest(inSight, wanted, down) ?? nearest(free, wanted, down) ?? wanted
}

/** Whether all of `inner` is in `outer`. */
export function isInside(inner: Rect, outer: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

/** Places that line up with the edges of a card that is there. */
function besides(wanted: Rect, taken: readonly Rect[]): readonly Rect[] {
  const {width, height} = wanted
  return taken.flatMap((other) => [
    {width, height, x: other.x + other.width + GAP, y: other.y},
    {width, height, x: other.x - width - GAP, y: other.y},
    {width, height, x: other.x, y: other.y + other.height + GAP},
    {width, height, x: other.x, y: other.y - height - GAP},
  ])
}

function grid(wanted: Rect): readonly Rect[] {
  const places: Rect[] = []
  for (let column = 0; column <= STEPS; column++) {
    for (let row = 0; row <= STEPS; row++) {
      places.push({
        ...wanted,
        x: wanted.x + column * (wanted.width + GAP),
        y: wanted.y + row * (wanted.height + GAP),
      })
    }
  }
  return places
}

function nearest(places: readonly Rect[], wanted: Rect, down: number): Rect | undefined {
  const distance = ({x, y}: Rect) => Math.hypot(x - wanted.x, (y - wanted.y) * down)
  const [first, ...others] = places
  return first && others.reduce((best, each) => (distance(each) < distance(best) ? each : best), first)
}

function isTouching(left: Rect, right: Rect): boolean {
  return (
    left.x < right.x + right.width + GAP &&
    right.x < left.x + left.width + GAP &&
    left.y < right.y + right.height + GAP &&
    right.y < left.y + left.height + GAP
  )
}
