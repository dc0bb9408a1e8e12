import {defineComponent} from 'keepspace'
import * as v from 'valibot'
import {parameters} from '../../app/parameters.ts'

export const stickyColours = ['butter', 'peach', 'rose', 'lilac', 'sky', 'mint'] as const
export type StickyColour = (typeof stickyColours)[number]

const versionOne = {text: v.string(), colour: v.picklist(stickyColours)}

/** What both versions of a sticky note share. */
export type StickyState = {
  readonly text: string
  readonly colour: StickyColour
  readonly pinnedAt?: number | null | undefined
  readonly tags?: readonly string[] | undefined
}

/**
 * A sticky note. Version 2 of the app adds a pin and tags in a way that version 1 may still edit: what version 1 does
 * not know, it keeps.
 */
export const sticky =
  parameters.appVersion === 1
    ? defineComponent<'sticky', StickyState>({
        type: 'sticky',
        version: 1,
        schema: v.object(versionOne),
        initial: {text: '', colour: 'butter'},
      })
    : defineComponent<'sticky', StickyState>({
        type: 'sticky',
        version: 2,
        editableFrom: 1,
        schema: v.object({...versionOne, pinnedAt: v.nullish(v.number()), tags: v.optional(v.array(v.string()))}),
        initial: {text: '', colour: 'butter', pinnedAt: null, tags: []},
        migrations: {1: (state) => ({...state, pinnedAt: null, tags: []})},
      })

/** Whether this version of the app shows pins and tags. */
export const hasPinsAndTags = parameters.appVersion === 2
