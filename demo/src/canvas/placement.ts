/** A rectangle on the canvas, CSS pixels at zoom 1. */
export type Rect = {readonly x: number; readonly y: number; readonly width: number; readonly height: number}

const GAP = 24
const RINGS = 12

/**
 * The free place for a new card nearest to where it was wanted, at a distance of at least {@link GAP} from every other
 * card. When all is full it is the wanted place itself.
 */
export function findPlace(wanted: Rect, taken: readonly Rect[]): Rect {
  const stepX = wanted.width + GAP
  const stepY = wanted.height + GAP
  const candidates = [wanted, ...besides(wanted, taken), ...ring(wanted, stepX, stepY)]
  const free = candidates.filter((candidate) => taken.every((other) => !isTouching(candidate, other)))
  return (
    free.reduce<Rect | undefined>(
      (best, each) => (best && distance(best, wanted) <= distance(each, wanted) ? best : each),
      undefined,
    ) ?? wanted
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

function ring(wanted: Rect, stepX: number, stepY: number): readonly Rect[] {
  const places: Rect[] = []
  for (let column = -RINGS; column <= RINGS; column++) {
    for (let row = -RINGS; row <= RINGS; row++) {
      places.push({...wanted, x: wanted.x + column * stepX, y: wanted.y + row * stepY})
    }
  }
  return places
}

function isTouching(left: Rect, right: Rect): boolean {
  return (
    left.x < right.x + right.width + GAP &&
    right.x < left.x + left.width + GAP &&
    left.y < right.y + right.height + GAP &&
    right.y < left.y + left.height + GAP
  )
}

function distance(left: Rect, right: Rect): number {
  return Math.hypot(left.x - right.x, left.y - right.y)
}
