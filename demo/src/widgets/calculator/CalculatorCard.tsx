import {useComponentState} from 'keepspace/react'
import type {KeyboardEvent} from 'react'
import type {CardProps} from '../card-props.ts'
import {type CalculatorKey, press} from './calculate.ts'
import {calculator} from './calculator.definition.ts'

const rows: readonly (readonly CalculatorKey[])[] = [
  ['C', '±', '%', '÷'],
  ['7', '8', '9', '×'],
  ['4', '5', '6', '−'],
  ['1', '2', '3', '+'],
  ['0', '.', '⌫', '='],
]

const names: Partial<Record<CalculatorKey, string>> = {
  C: 'Clear',
  '±': 'Change sign',
  '%': 'Per cent',
  '÷': 'Divide',
  '×': 'Multiply',
  '−': 'Subtract',
  '+': 'Add',
  '=': 'Equals',
  '.': 'Decimal point',
  '⌫': 'Delete last digit',
}

const keyboard: Readonly<Record<string, CalculatorKey>> = {
  '/': '÷',
  '*': '×',
  '-': '−',
  '+': '+',
  '=': '=',
  '%': '%',
  '.': '.',
  ',': '.',
  Backspace: '⌫',
  c: 'C',
}

/** A pocket calculator; its keys work from the keyboard too. */
export function CalculatorCard({componentId, isReadOnly}: CardProps) {
  const [state, set] = useComponentState(calculator, componentId)
  if (!state) {
    return null
  }
  const enter = (key: CalculatorKey) => set(press(state, key))
  const onKeyDown = (event: KeyboardEvent) => {
    const key = /^\d$/.test(event.key) ? (event.key as CalculatorKey) : keyboard[event.key]
    if (key !== undefined && !isReadOnly && !event.metaKey && !event.ctrlKey) {
      event.preventDefault()
      event.stopPropagation()
      enter(key)
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: typing digits is a shortcut for the buttons inside
    <div className="calculator" onKeyDown={onKeyDown}>
      <output className="calculator-display" aria-label="Display">
        <span className="calculator-tape">{state.tape}</span>
        <span className="calculator-value" data-long={state.display.length > 9 || undefined}>
          {state.display}
        </span>
      </output>
      <div className="calculator-keys">
        {rows.flat().map((key) => (
          <button
            key={key}
            type="button"
            className="calculator-key"
            data-kind={kindOf(key)}
            data-active={state.operator === key || undefined}
            aria-label={names[key]}
            onClick={() => enter(key)}
          >
            {key}
          </button>
        ))}
      </div>
    </div>
  )
}

function kindOf(key: CalculatorKey): string {
  if (key === '=') {
    return 'equals'
  }
  if (/^[\d.]$/.test(key) || key === '⌫') {
    return 'digit'
  }
  return '+−×÷'.includes(key) ? 'operator' : 'extra'
}
