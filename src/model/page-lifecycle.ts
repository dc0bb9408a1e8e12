/**
 * What a page is told about its own end.
 *
 * - `hidden`: not visible any more; on phones often the last that is heard
 * - `leaving`: being closed, navigated away or frozen; no answer will arrive
 * - `visible`: back
 */
export type PageEvent = 'hidden' | 'leaving' | 'visible'

/** Tells when the page is hidden or left. */
export interface PageLifecycle {
  /** Calls back synchronously, inside the browser's own event. */
  subscribe(listener: (event: PageEvent) => void): () => void
}
