/**
 * How much a person has to do with the window right now.
 *
 * - `active`: seen, and the one that is typed into
 * - `visible`: seen, while another window has the keyboard
 * - `hidden`: not seen; timers run once a second or once a minute, and it may be ended without a word
 * - `frozen`: stopped by the browser; nothing runs until it is shown again
 */
export type WindowActivity = 'active' | 'visible' | 'hidden' | 'frozen'

/** The window right now. A new object only when its state changed. */
export type ActivitySnapshot = {
  readonly state: WindowActivity
  /** When it became so, milliseconds since 1970. */
  readonly since: number
}

/** Tells how the window fares, to whoever works less while nobody looks. */
export interface Activity {
  getSnapshot(): ActivitySnapshot
  subscribe(listener: () => void): () => void
}
