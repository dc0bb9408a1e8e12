import * as v from 'valibot'
import {describe, expect, test} from 'vitest'
import {defineComponent} from '../../../src/model/component-definition.ts'
import type {SetOptions} from '../../../src/model/handles.ts'
import type {JsonObject} from '../../../src/model/json.ts'
import {throttleMsOf, weigh} from '../../../src/services/memory-store/coordinator.ts'

const form = {
  type: 'form',
  version: 1,
  schema: v.looseObject({}),
  initial: {},
  transientKeys: ['hover'],
  immediateKeys: ['done'],
} as const
const plain = defineComponent(form)
const ticking = defineComponent({...form, throttleMs: 2_000})

const items: readonly string[] = []
const before: JsonObject = {text: 'a', hover: false, done: false, items, empty: undefined}

describe(weigh.name, () => {
  test.each<[what: string, patch: JsonObject, options: SetOptions | undefined, plain: string, ticking: string]>([
    ['nothing', {}, undefined, 'none', 'none'],
    ['the same values', {text: 'a', items, empty: undefined}, undefined, 'none', 'none'],
    ['the same value, immediately', {text: 'a'}, {immediate: true}, 'none', 'none'],
    ['an equal value that is another object', {items: []}, undefined, 'debounced', 'throttled'],
    ['an undefined key that was absent', {other: undefined}, undefined, 'debounced', 'throttled'],
    ['a key', {text: 'b'}, undefined, 'debounced', 'throttled'],
    ['an immediate key', {done: true}, undefined, 'immediate', 'immediate'],
    ['an immediate key among others', {text: 'b', done: true}, undefined, 'immediate', 'immediate'],
    [
      'an immediate key that stays, with another that changes',
      {text: 'b', done: false},
      undefined,
      'debounced',
      'throttled',
    ],
    ['a transient key', {hover: true}, undefined, 'transient', 'transient'],
    ['a transient key, immediately', {hover: true}, {immediate: true}, 'transient', 'transient'],
    ['a transient key among others', {hover: true, text: 'b'}, undefined, 'debounced', 'throttled'],
    ['a key, immediately', {text: 'b'}, {immediate: true}, 'immediate', 'immediate'],
    ['a key, transiently', {text: 'b'}, {transient: true}, 'transient', 'transient'],
    ['a key, with a throttle of its own', {text: 'b'}, {throttleMs: 50}, 'throttled', 'throttled'],
    ['a key, without the throttle of its type', {text: 'b'}, {throttleMs: 0}, 'debounced', 'debounced'],
    ['an immediate key, with a throttle', {done: true}, {throttleMs: 50}, 'immediate', 'immediate'],
    ['an immediate key, transiently', {done: true}, {transient: true}, 'transient', 'transient'],
  ])('%s', (_, patch, options, plainWeight, tickingWeight) => {
    expect([weigh(plain, before, patch, options), weigh(ticking, before, patch, options)]).toEqual([
      plainWeight,
      tickingWeight,
    ])
  })

  test('NaN equals itself, and zero differs from minus zero', () => {
    expect(weigh(plain, {n: Number.NaN}, {n: Number.NaN}, undefined)).toBe('none')
    expect(weigh(plain, {n: 0}, {n: -0}, undefined)).toBe('debounced')
  })

  test('without a definition everything waits for a quiet moment', () => {
    expect(weigh(undefined, before, {hover: true, done: true}, undefined)).toBe('debounced')
  })
})

describe(throttleMsOf.name, () => {
  test('is that of the change, else that of the type, else none', () => {
    expect([
      throttleMsOf(ticking, {throttleMs: 50}),
      throttleMsOf(ticking, {}),
      throttleMsOf(plain, undefined),
      throttleMsOf(undefined, undefined),
    ]).toEqual([50, 2_000, 0, 0])
  })
})
