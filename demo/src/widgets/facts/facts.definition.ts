import {defineComponent} from 'keepspace'
import * as v from 'valibot'

/** A title and pairs of a name and a value: numbers to keep in sight, contacts, prices. */
export const facts = defineComponent({
  type: 'facts',
  version: 1,
  schema: v.object({
    title: v.string(),
    rows: v.array(v.object({name: v.string(), value: v.string()})),
  }),
  initial: {title: '', rows: [{name: '', value: ''}]},
})
