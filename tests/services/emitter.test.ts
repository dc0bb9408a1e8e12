import {describe, expect, test} from 'vitest'
import {createEmitter} from '../../src/services/emitter.ts'
import {callHost} from '../../src/services/host-calls.ts'
import {catchHostErrors} from '../support/host-errors.ts'

describe(createEmitter.name, () => {
  test('calls listeners in the order they came, with what was emitted, until they are removed', () => {
    const heard: string[] = []
    const emitter = createEmitter<[string, number]>()
    const removeFirst = emitter.add((text, number) => void heard.push(`first ${text} ${number}`))
    emitter.add((text) => void heard.push(`second ${text}`))
    emitter.emit('a', 1)
    removeFirst()
    removeFirst()
    emitter.emit('b', 2)
    expect({heard, size: emitter.size}).toEqual({heard: ['first a 1', 'second a', 'second b'], size: 1})
  })

  test('the same function added twice is two listeners', () => {
    let calls = 0
    const listener = () => void calls++
    const emitter = createEmitter<[]>()
    const removeOne = emitter.add(listener)
    emitter.add(listener)
    emitter.emit()
    removeOne()
    emitter.emit()
    expect(calls).toBe(3)
  })

  test('a listener may remove itself, or add one, while it is called', () => {
    const heard: string[] = []
    const emitter = createEmitter<[]>()
    const remove = emitter.add(() => {
      heard.push('once')
      remove()
      emitter.add(() => void heard.push('later'))
    })
    emitter.add(() => void heard.push('always'))
    emitter.emit()
    emitter.emit()
    expect(heard).toEqual(['once', 'always', 'always', 'later'])
  })

  test('a listener that throws does not stop the others, and the host hears of it', () => {
    const reported = catchHostErrors()
    const fault = new Error('a bug of the app')
    const heard: string[] = []
    const emitter = createEmitter<[]>()
    emitter.add(() => {
      throw fault
    })
    emitter.add(() => void heard.push('second'))
    emitter.emit()
    expect({heard, reported}).toEqual({heard: ['second'], reported: [fault]})
  })
})

describe(callHost.name, () => {
  test('hands on what the host answers, and undefined when it throws', () => {
    const reported = catchHostErrors()
    expect(callHost(() => 7)).toBe(7)
    expect(
      callHost(() => {
        throw 'a text'
      }),
    ).toBeUndefined()
    expect(reported).toEqual(['a text'])
  })
})
