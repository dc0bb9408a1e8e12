import {asStamped} from './record-shapes.ts'

/** A stored value as whose account a scope belongs to, or undefined when it has not that form. */
export function asAccount(value: unknown): {readonly userId: string} | undefined {
  const {userId}: Readonly<Record<string, unknown>> = asStamped(value) ?? {}
  return typeof userId === 'string' ? {userId} : undefined
}
