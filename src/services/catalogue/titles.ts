/** Keeps heads small, whatever is pasted into a title. */
const MAX_TITLE_UNITS = 200

/** Without control and bidirectional override characters, which could disguise a title. */
export function cleanTitle(title: string): string {
  const cleaned = title.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ').trim()
  return cleaned === '' ? 'Untitled' : cleaned.slice(0, MAX_TITLE_UNITS).toWellFormed()
}
