import {defineComponent} from 'keepspace'
import * as v from 'valibot'

export const note = defineComponent({
  type: 'note',
  version: 1,
  schema: v.object({text: v.string()}),
  initial: {text: ''},
})
