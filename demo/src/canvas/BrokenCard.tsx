import type {Failure} from 'keepspace/react'
import {RotateCcw} from 'lucide-react'

/** In place of a card that threw while it was drawn. */
export function brokenCard({reset}: Failure) {
  return (
    <div className="placeholder-body" role="alert">
      <strong>This card stumbled</strong>
      <p>What it holds is kept.</p>
      <button type="button" className="text-button" onClick={reset}>
        <RotateCcw /> Show it again
      </button>
    </div>
  )
}

/** In place of a workspace that threw while it was drawn. */
export function brokenWorkspace({reset}: Failure) {
  return (
    <div className="page-center">
      <div className="notice-card" role="alert">
        <h2>This workspace could not be shown</h2>
        <p>What it holds is kept.</p>
        <button type="button" className="button is-primary" onClick={reset}>
          <RotateCcw /> Show it again
        </button>
      </div>
    </div>
  )
}
