import {expect, test} from 'vitest'
import {deviceCap} from '../../src/host/options.ts'
import {isHandheld} from '../../src/services/device.ts'

const pointing = (pointer: 'coarse' | 'fine') => (query: string) => ({matches: query === `(pointer: ${pointer})`})

test('a finger as the main pointer makes a tablet or a phone, a mouse does not, and neither does Node', () => {
  expect(isHandheld(pointing('coarse'))).toBe(true)
  expect(isHandheld(pointing('fine'))).toBe(false)
  expect(deviceCap()).toBe(4)
})
