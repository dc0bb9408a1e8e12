/** Stands in for a canvas that takes longer to load. It has no frame of its own, so nothing jumps when it goes. */
export function Skeleton({isSlow}: {readonly isSlow: boolean}) {
  return (
    <div className="skeleton" role="status">
      <span className="skeleton-words">{isSlow ? 'Still loading. Nothing is lost.' : 'Loading…'}</span>
      <span className="skeleton-card" />
      <span className="skeleton-card" />
      <span className="skeleton-card" />
      <span className="skeleton-card" />
    </div>
  )
}
