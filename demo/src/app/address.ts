/** A parameter of the address, undefined when it is absent or empty. */
export function readParameter(name: string): string | undefined {
  return new URLSearchParams(window.location.search).get(name) || undefined
}

/** The address without one of its parameters, in place: no step in the history, and the page stays as it is. */
export function dropParameter(name: string): void {
  const url = new URL(window.location.href)
  url.searchParams.delete(name)
  window.history.replaceState(null, '', url)
}
