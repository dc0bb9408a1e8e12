import type {StoredValue} from './stored-values.ts'

/** What the record under this key holds. The memo is a text by itself, the state of a component has fields. */
export function storedText(stored: readonly StoredValue[], keyPart: string, keyEnd: string): string {
  const found = stored.find(({key}) => key.includes(keyPart) && key.endsWith(keyEnd))
  const {json} = (found?.value ?? {}) as {readonly json?: string}
  const state = json === undefined ? '' : JSON.parse(json)
  return typeof state === 'string' ? state : state.text
}
