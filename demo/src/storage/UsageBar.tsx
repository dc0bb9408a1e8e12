type UsageBarProps = {readonly label: string; readonly bytes: number; readonly totalBytes: number}

/** How much of everything one thing holds. */
export function UsageBar({label, bytes, totalBytes}: UsageBarProps) {
  const percent = totalBytes === 0 ? 0 : Math.round((bytes / totalBytes) * 100)
  return (
    <meter className="usage-bar" aria-label={`${label}, part of what is stored`} min={0} max={100} value={percent}>
      {percent} %
    </meter>
  )
}
