import {defineComponent} from 'keepspace'
import * as v from 'valibot'
import {parameters} from '../../app/parameters.ts'

const versionOne = {title: v.string(), text: v.string()}

export type NoteState = {
  readonly title: string
  readonly text: string
  readonly isChecklist?: boolean | undefined
  /** Numbers of the lines that are ticked. They follow the text, so code that does not know them must not edit it. */
  readonly doneLines?: readonly number[] | undefined
}

/**
 * A text note. Version 2 of the app adds checklists. A version 1 that edited the text would tick the wrong lines, so it
 * may only read what version 2 wrote.
 */
export const note =
  parameters.appVersion === 1
    ? defineComponent<'note', NoteState>({
        type: 'note',
        version: 1,
        schema: v.object(versionOne),
        initial: {title: '', text: ''},
      })
    : defineComponent<'note', NoteState>({
        type: 'note',
        version: 2,
        schema: v.object({...versionOne, isChecklist: v.boolean(), doneLines: v.array(v.number())}),
        initial: {title: '', text: '', isChecklist: false, doneLines: []},
        migrations: {1: (state) => ({...state, isChecklist: false, doneLines: []})},
      })

/** Whether this version of the app knows checklists. */
export const hasChecklists = parameters.appVersion === 2
