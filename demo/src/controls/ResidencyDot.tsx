/** Whether something is in memory (filled) or on disk only (hollow). Says so to people who do not see it. */
export function ResidencyDot({isHot, isSilent = false}: {readonly isHot: boolean; readonly isSilent?: boolean}) {
  return (
    <span className="dot" data-hot={isHot || undefined}>
      {!isSilent && <span className="visually-hidden">{isHot ? 'in memory' : 'on disk'}</span>}
    </span>
  )
}
