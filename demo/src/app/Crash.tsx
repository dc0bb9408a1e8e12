import {RotateCcw} from 'lucide-react'
import type {FallbackProps} from 'react-error-boundary'

/** The last resort. What is in memory is kept: it lives outside of what broke. */
export function Crash({resetErrorBoundary}: FallbackProps) {
  return (
    <main className="page-center">
      <div className="notice-card" role="alert">
        <h1>This page stumbled</h1>
        <p>Your workspaces are untouched: they do not depend on what is shown here.</p>
        <button type="button" className="button is-primary" onClick={resetErrorBoundary}>
          <RotateCcw /> Show it again
        </button>
      </div>
    </main>
  )
}
