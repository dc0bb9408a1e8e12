/** The mark and the name. */
export function Brand() {
  return (
    <span className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="9" />
        <rect x="7" y="7" width="11" height="11" rx="3" />
        <rect x="20.5" y="7" width="4.5" height="11" rx="2.25" opacity=".55" />
        <rect x="7" y="20.5" width="18" height="4.5" rx="2.25" opacity=".55" />
      </svg>
      Keepspace
    </span>
  )
}
