import type {StoragePort} from './storage-port.ts'

/** What a port says of itself, and whom it tells of trouble: whoever wraps it passes that on as it is. */
export type PortTellings = Pick<StoragePort, 'name' | 'isPersistent' | 'healed' | 'onDoubted' | 'onLost'>

/** The tellings of `port`, to be spread into a port around it. What it does not have is left out. */
export function tellingsOf(port: StoragePort): PortTellings {
  const nothingToStop = () => undefined
  return {
    name: port.name,
    isPersistent: port.isPersistent,
    ...(port.healed && {healed: port.healed}),
    ...(port.onDoubted && {onDoubted: (listener) => port.onDoubted?.(listener) ?? nothingToStop}),
    ...(port.onLost && {onLost: (listener) => port.onLost?.(listener) ?? nothingToStop}),
  }
}
