type ResidencyDotProps = {
  readonly isHot: boolean
  /** Whether something in it goes on. */
  readonly isRunning?: boolean
}

/** Filled: in memory. Hollow: on disk only. Whoever shows it also says it in words. */
export function ResidencyDot({isHot, isRunning = false}: ResidencyDotProps) {
  return <span className="dot" data-hot={isHot || undefined} data-running={isRunning || undefined} aria-hidden="true" />
}
