import {MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH} from './limits.ts'

/** Control characters, marks that change the direction of text, invisible separators, halves of surrogate pairs. */
const unwanted = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** A title or a description as it is stored: without control and direction characters, without spaces around it. */
export function cleanName(text: string): string {
  return text
    .replace(/[\t\r\n]+/g, ' ')
    .replace(unwanted, '')
    .trim()
}

/** Code points, which is nearer to what a person counts than `length`. */
export function lengthOf(text: string): number {
  return [...text].length
}

/** Whether a cleaned title may be stored: 1 to 30 code points. */
export function isTitle(text: string): boolean {
  return text !== '' && lengthOf(text) <= MAX_TITLE_LENGTH
}

/** Whether a cleaned description may be stored: at most 250 code points. */
export function isDescription(text: string): boolean {
  return lengthOf(text) <= MAX_DESCRIPTION_LENGTH
}
