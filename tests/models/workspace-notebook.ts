// What a model of the workspace knows of the texts in it, wherever its steps are made.

/** The components of the workspace: a note that is typed into, and a memo that belongs to the app. */
export type Texts = {readonly note: string; readonly memo: string}

export type TextsNotebook = {
  typed: number
  /** What a person sees. */
  shown: Texts
  /** What the save under way carries, once it is with storage. */
  carried: Texts | undefined
  /** What this tab knows to be stored. */
  known: Texts
  /** What must be stored, by whichever tab. */
  stored: Texts
  /** The next save has nothing to bring to storage. */
  hasNothingToSave: boolean
}

const BEFORE: Texts = {note: 'stored', memo: ''}

/** Before anybody did anything. */
export function newNotebook(): TextsNotebook {
  return {typed: 0, shown: BEFORE, carried: undefined, known: BEFORE, stored: BEFORE, hasNothingToSave: false}
}

/** The save under way landed. */
export function noteSaved(notebook: TextsNotebook): void {
  notebook.stored = notebook.carried ?? notebook.stored
  notebook.known = notebook.stored
  notebook.carried = undefined
}

/** What another tab stored is taken in place of what is here. */
export function noteTheirs(notebook: TextsNotebook): void {
  notebook.shown = notebook.stored
  notebook.known = notebook.stored
}

/** Another tab changes whatever is unsaved here. @returns what it writes */
export function changedElsewhere(notebook: TextsNotebook): Partial<Texts> {
  const {shown, known} = notebook
  notebook.typed += 1
  const text = `theirs ${notebook.typed}`
  const changed = {...(shown.note !== known.note && {note: text}), ...(shown.memo !== known.memo && {memo: text})}
  notebook.stored = {...notebook.stored, ...changed}
  return changed
}
