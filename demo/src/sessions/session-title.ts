/** As long as the server takes it. */
const MAX_LENGTH = 30

/** A title for the server made of one that may be longer. */
export function sessionTitleOf(title: string): string {
  const characters = [...title]
  return characters.length <= MAX_LENGTH ? title : `${characters.slice(0, MAX_LENGTH - 1).join('')}…`
}
