/**
 * What a page is told about itself.
 *
 * - `hidden`: not visible any more; on phones often the last that is heard
 * - `leaving`: being closed or navigated away; no answer will arrive
 * - `frozen`: stopped until it is resumed; no answer will arrive before, and it may be ended without another word
 * - `resumed`: runs again, still hidden
 * - `visible`: back
 * - `focused`, `blurred`: it has the keyboard, or another window has
 * - `online`, `offline`: the network is back, or gone
 */
export type PageEvent =
  | 'hidden'
  | 'leaving'
  | 'frozen'
  | 'resumed'
  | 'visible'
  | 'focused'
  | 'blurred'
  | 'online'
  | 'offline'

/** What a page is at first. */
export type PageState = {
  readonly isVisible: boolean
  readonly isFocused: boolean
  /** @defaultValue true */
  readonly isOnline?: boolean
}

/** Tells what happens to the page. */
export interface PageLifecycle {
  /** Calls back synchronously, inside the browser's own event. */
  subscribe(listener: (event: PageEvent) => void): () => void
  /** The page right now. @defaultValue visible and focused */
  getState?(): PageState
}
