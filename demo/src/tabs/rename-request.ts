const EVENT = 'keepspace-demo:rename'

/** Asks the selected tab to let its title be edited. */
export function requestRename(): void {
  window.dispatchEvent(new Event(EVENT))
}

export function onRenameRequested(listener: () => void): () => void {
  window.addEventListener(EVENT, listener)
  return () => window.removeEventListener(EVENT, listener)
}
