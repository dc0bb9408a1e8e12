import type {ErrorReport} from 'keepspace'
import type {ReactNode} from 'react'
import {ReadingFailed} from './ReadingFailed.tsx'

type ReadVersionsProps<Versions> = {
  readonly reading: {
    readonly phase: string
    readonly value: Versions | undefined
    readonly error: ErrorReport | undefined
    readonly again: () => void
  }
  readonly children: (versions: Versions) => ReactNode
}

/** Two versions that are read from the server before they can be compared. */
export function ReadVersions<Versions>({reading, children}: ReadVersionsProps<Versions>) {
  const {phase, value, error, again} = reading
  if (phase === 'failed') {
    return <ReadingFailed error={error} onRetry={again} />
  }
  if (value === undefined) {
    return (
      <p className="compare-wait" role="status">
        Reading both versions…
      </p>
    )
  }
  return children(value)
}
