import {createHash} from 'node:crypto'

/**
 * The first line of a picture. It says which text the picture was drawn from, so that a stale one is found without
 * drawing it again.
 */
export function stampOf(fileName: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex')
  return `<!-- ${fileName} sha256 ${hash} -->`
}
