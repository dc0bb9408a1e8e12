export type Operator = '+' | '−' | '×' | '÷'

export type Calculation = {
  readonly display: string
  readonly stored: number | null
  readonly operator: Operator | null
  /** The next digit begins a new number. */
  readonly isFresh: boolean
  /** What led to the display, in small above it. */
  readonly tape: string
}

export type CalculatorKey = Operator | '=' | 'C' | '±' | '%' | '.' | '⌫' | `${number}`

export const emptyCalculation: Calculation = {display: '0', stored: null, operator: null, isFresh: true, tape: ''}

const failure: Calculation = {...emptyCalculation, display: 'Error'}
const MAX_DIGITS = 12

/** What a calculator shows after a key was pressed. Pure, so that a key can be pressed on any state. */
export function press(state: Calculation, key: CalculatorKey): Calculation {
  switch (key) {
    case 'C':
      return emptyCalculation
    case '=':
      return settle(state)
    case '+':
    case '−':
    case '×':
    case '÷':
      return operate(state, key)
    case '±':
      return {...state, display: format(-read(state))}
    case '%':
      return {...state, display: format(read(state) / 100), isFresh: true}
    case '⌫':
      return {...state, display: state.isFresh ? '0' : state.display.slice(0, -1) || '0'}
    case '.':
      return append(state, state.display.includes('.') && !state.isFresh ? '' : '.')
    default:
      return append(state, key)
  }
}

function append(state: Calculation, text: string): Calculation {
  const before = state.isFresh ? '0' : state.display
  if (before.length >= MAX_DIGITS) {
    return state
  }
  const display = before === '0' && text !== '.' ? text || '0' : before + text
  return {...state, display, isFresh: false, tape: state.operator === null && state.isFresh ? '' : state.tape}
}

function operate(state: Calculation, operator: Operator): Calculation {
  if (state.operator !== null && state.isFresh) {
    return {...state, operator, tape: `${format(state.stored ?? 0)} ${operator}`}
  }
  const stored = result(state)
  if (stored === undefined) {
    return failure
  }
  return {display: format(stored), stored, operator, isFresh: true, tape: `${format(stored)} ${operator}`}
}

function settle(state: Calculation): Calculation {
  if (state.operator === null) {
    return {...state, isFresh: true}
  }
  const tape = `${format(state.stored ?? 0)} ${state.operator} ${format(read(state))} =`
  const value = result(state)
  return value === undefined ? {...failure, tape} : {...emptyCalculation, display: format(value), tape}
}

/** Undefined when there is no such number: it was divided by zero, or it is too large. */
function result(state: Calculation): number | undefined {
  const value = compute(state)
  return Number.isFinite(value) ? value : undefined
}

function compute(state: Calculation): number {
  const left = state.stored ?? 0
  const right = read(state)
  switch (state.operator) {
    case '+':
      return left + right
    case '−':
      return left - right
    case '×':
      return left * right
    case '÷':
      return left / right
    case null:
      return right
  }
}

function read(state: Calculation): number {
  return Number(state.display) || 0
}

function format(value: number): string {
  const rounded = Number(value.toPrecision(MAX_DIGITS))
  const text = String(Object.is(rounded, -0) ? 0 : rounded)
  return text.length > MAX_DIGITS + 1 ? rounded.toExponential(5) : text
}
