import * as v from 'valibot'
import {expect, test} from 'vitest'
import {defineComponent} from '../../src/model/component-definition.ts'

test('states of variants and of picklists need no help from the caller to be typed', () => {
  const shape = defineComponent({
    type: 'shape',
    version: 1,
    schema: v.variant('kind', [
      v.object({kind: v.literal('circle'), radius: v.number()}),
      v.object({kind: v.literal('text'), text: v.string()}),
    ]),
    initial: {kind: 'circle', radius: 1},
  })
  const mode = defineComponent({
    type: 'mode',
    version: 1,
    schema: v.object({mode: v.picklist(['day', 'night'])}),
    initial: {mode: 'day'},
  })
  expect([shape.createInitial(), mode.createInitial()]).toEqual([{kind: 'circle', radius: 1}, {mode: 'day'}])
})
