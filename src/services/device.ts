/** Asks the browser about the device, see `window.matchMedia`. */
export type MediaQuery = (query: string) => {readonly matches: boolean}

/**
 * Whether this is a tablet or a phone: what a person mainly points with is a finger. A laptop with a touch screen is
 * none. False where nothing can be asked, as in Node.
 */
export function isHandheld(media: MediaQuery | undefined = globalThis.matchMedia?.bind(globalThis)): boolean {
  return media?.('(pointer: coarse)').matches ?? false
}
