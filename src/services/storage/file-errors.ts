import {KeepspaceError} from '../../model/errors.ts'

const noRoomCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/**
 * What went wrong on a disk, in our words: `storage.quota` when there is no room left, `storage.unavailable` for
 * everything else. The detail is the system's code alone: its messages quote paths.
 */
export function fileErrorOf(cause: unknown): KeepspaceError {
  if (cause instanceof KeepspaceError) {
    return cause
  }
  const code = systemCodeOf(cause)
  return new KeepspaceError(noRoomCodes.has(code) ? 'storage.quota' : 'storage.unavailable', code, {cause})
}

/** The system's name of an error, such as `ENOENT`; of any other error the name of its class. */
export function systemCodeOf(cause: unknown): string | undefined {
  const {code, name} = Object(cause) as {code?: unknown; name?: unknown}
  return [code, name].find((text): text is string => typeof text === 'string')
}
