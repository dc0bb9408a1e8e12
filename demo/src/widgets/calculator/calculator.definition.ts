import {defineComponent} from 'keepspace'
import * as v from 'valibot'
import {emptyCalculation} from './calculate.ts'

/** A pocket calculator. Its last result, and a calculation that was not finished, are there again after a reload. */
export const calculator = defineComponent({
  type: 'calculator',
  version: 1,
  schema: v.object({
    display: v.string(),
    stored: v.nullable(v.number()),
    operator: v.nullable(v.picklist(['+', '−', '×', '÷'])),
    isFresh: v.boolean(),
    tape: v.string(),
  }),
  initial: emptyCalculation,
})
