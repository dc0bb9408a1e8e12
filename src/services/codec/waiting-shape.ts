import type {WaitingEdit} from '../../model/last-words.ts'

type Fields = Readonly<Record<string, unknown>>

/** Whether a stored value has the form of edits that waited for a load. */
export function isWaitingWords(value: unknown): boolean {
  const {edits, versions} = fieldsOf(value)
  return Array.isArray(edits) && edits.every(isWaitingEdit) && Object.values(fieldsOf(versions)).every(Number.isFinite)
}

function isWaitingEdit(value: unknown): boolean {
  const fields = fieldsOf(value)
  const hasForm = forms[fields.kind as WaitingEdit['kind']]
  return typeof fields.id === 'string' && hasForm?.(fields) === true
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
const isOptional = (value: unknown): boolean => value === undefined || isObject(value)

const forms: Readonly<Record<WaitingEdit['kind'], (fields: Fields) => boolean>> = {
  set: ({patch, options}) => isObject(patch) && isOptional(options),
  add: ({type, state, layout, ifAbsent}) =>
    typeof type === 'string' && isOptional(state) && isOptional(layout) && typeof ifAbsent === 'boolean',
  remove: () => true,
  undelete: () => true,
  setLayout: ({layout, options}) => isObject(layout) && isOptional(options),
  setActive: ({isActive}) => typeof isActive === 'boolean',
}

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? (value as Fields) : {}
}
