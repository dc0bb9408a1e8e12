import {KeepspaceError} from '../model/errors.ts'

/** Whether a name or address is this machine and no other. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(hostname)
}

/** @throws {@link KeepspaceError} `usage` */
export function assertLoopback(hostname: string): void {
  if (!isLoopback(hostname)) {
    throw new KeepspaceError('usage', `${hostname} is another machine: what charts do stays on this one`)
  }
}
