import {parseParameters} from './parse-parameters.ts'

/** What the address of this page asks for. */
export const parameters = parseParameters(window.location.search)
