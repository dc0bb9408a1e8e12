/** The address under which anybody can look at a snapshot. */
export function snapshotLink(id: string): string {
  const {origin, pathname} = window.location
  return `${origin}${pathname}?snapshot=${encodeURIComponent(id)}`
}

/** Puts a text into the clipboard; false where the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
