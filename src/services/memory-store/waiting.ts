import {KeepspaceError} from '../../model/errors.ts'
import {findNonJson} from '../../model/json.ts'
import type {WaitingEdit} from '../../model/last-words.ts'
import {addComponent, removeComponent, setActive, setLayout, setState, undelete} from './edits.ts'
import type {StoreState} from './store-state.ts'

/**
 * The edits that wait for a load, in order, up to the first that is no value: what was made after a function was made
 * for what that returns.
 */
export function waitingEdits({pending}: StoreState): readonly WaitingEdit[] {
  const edits: WaitingEdit[] = []
  for (const {edit} of pending) {
    if (edit === undefined || !isValue(edit)) {
      break
    }
    edits.push(edit)
  }
  return edits
}

/** Stored and read again it does the same: a key that is set to nothing would be left out of it. */
function isValue(edit: WaitingEdit): boolean {
  const removesKeys = edit.kind === 'set' && Object.values(edit.patch).includes(undefined)
  return !removesKeys && findNonJson(edit) === undefined
}

/** Makes edits that waited for a load in a page that was left. One that cannot be made is named. */
export function applyWaiting(store: StoreState, edits: readonly WaitingEdit[]): void {
  for (const edit of edits) {
    try {
      apply(store, edit)
    } catch (cause) {
      store.listener.dropped(KeepspaceError.from(cause, 'usage'))
    }
  }
}

function apply(store: StoreState, edit: WaitingEdit): void {
  switch (edit.kind) {
    case 'set':
      setState(store, edit.id, edit.patch, edit.options)
      break
    case 'add':
      add(store, edit)
      break
    case 'remove':
      removeComponent(store, edit.id)
      break
    case 'undelete':
      undelete(store, edit.id)
      break
    case 'setLayout':
      setLayout(store, edit.id, edit.layout, edit.options)
      break
    case 'setActive':
      setActive(store, edit.id, edit.isActive)
      break
  }
}

function add(store: StoreState, {id, type, state, layout, ifAbsent}: WaitingEdit & {readonly kind: 'add'}): void {
  const definition = store.definitions.get(type)
  if (definition === undefined) {
    throw new KeepspaceError('component.unknownType', type)
  }
  addComponent(store, definition, {id, state, layout, ifAbsent})
}
