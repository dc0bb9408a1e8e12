import {describe, expect, test} from 'vitest'
import {findPlace, type Rect} from '../../demo/src/canvas/placement.ts'
import {startView} from '../../demo/src/canvas/start-view.ts'

const seen: Rect = {x: 0, y: 0, width: 1000, height: 600}
const size = {width: 200, height: 100}

describe(findPlace.name, () => {
  test('an empty canvas takes the card where it was wanted', () => {
    expect(findPlace({x: 60, y: 60, ...size}, [], seen)).toEqual({x: 60, y: 60, ...size})
  })

  test('the next card goes right of the one that is there, with a gap', () => {
    const taken = [{x: 60, y: 60, ...size}]
    expect(findPlace({x: 60, y: 60, ...size}, taken, seen)).toEqual({x: 284, y: 60, ...size})
  })

  test('on a narrow canvas it goes below', () => {
    const taken = [{x: 16, y: 16, ...size}]
    const narrow = {x: 0, y: 0, width: 390, height: 700}
    expect(findPlace({x: 16, y: 16, ...size}, taken, narrow)).toEqual({x: 16, y: 140, ...size})
  })

  test('a row that is full goes on below, where it can be seen', () => {
    const taken = [60, 284, 508, 732].map((x) => ({x, y: 60, ...size}))
    expect(findPlace({x: 60, y: 60, ...size}, taken, seen)).toEqual({x: 60, y: 184, ...size})
  })

  test('two hundred cards never touch', () => {
    const cards: Rect[] = []
    for (let count = 0; count < 200; count++) {
      const {width, height} = {width: 150 + (count % 7) * 30, height: 90 + (count % 5) * 40}
      cards.push(findPlace({x: 60, y: 60, width, height}, cards, seen))
    }
    expect(cards.flatMap((card, at) => cards.slice(at + 1).filter((other) => isOverlapping(card, other)))).toEqual([])
  })
})

describe(startView.name, () => {
  test('an empty canvas is shown at its natural size', () => {
    expect(startView([], seen)).toEqual({x: 0, y: 0, zoom: 1})
  })

  test('what fits is centred between the bars', () => {
    expect(startView([{x: 100, y: 0, width: 400, height: 200}], seen)).toEqual({x: 200, y: 182, zoom: 1})
  })

  test('what is far too large begins at its first card', () => {
    const cards = [
      {x: 50, y: 20, width: 300, height: 200},
      {x: 4000, y: 3000, width: 300, height: 200},
    ]
    expect(startView(cards, seen)).toEqual({x: -34, y: -4, zoom: 1})
  })
})

function isOverlapping(left: Rect, right: Rect): boolean {
  return (
    left.x < right.x + right.width &&
    right.x < left.x + left.width &&
    left.y < right.y + right.height &&
    right.y < left.y + left.height
  )
}
