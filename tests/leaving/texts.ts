import type {Random} from '../kill/random.ts'

/** UTF-8 bytes of all texts of one trial together, at most. */
const MAX_DIRTY_BYTES = 256 * 1024

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789äöüß€文'

/** New texts for one to three components, up to 256 KiB together, no two the same. */
export function randomTexts(random: Random, name: string): Readonly<Record<string, string>> {
  const ids = ['a', 'b', 'c'].slice(0, random.between(1, 3))
  const budget = Math.floor(MAX_DIRTY_BYTES / ids.length)
  return Object.fromEntries(
    ids.map((id) => {
      const bytes = random.next() < 0.3 ? budget : random.between(40, budget)
      let text = `${name}/${id} `
      let size = Buffer.byteLength(text)
      for (;;) {
        const letter = ALPHABET[Math.floor(random.next() * ALPHABET.length)] as string
        size += Buffer.byteLength(letter)
        if (size > bytes - 16) {
          return [id, text]
        }
        text += letter
      }
    }),
  )
}
