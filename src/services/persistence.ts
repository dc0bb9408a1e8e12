/**
 * Asks the browser not to clear the storage of this site by itself. Undefined where it cannot be asked.
 */
export async function askToKeepStorage(): Promise<boolean | undefined> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage as StorageManager | undefined
  try {
    return typeof document === 'undefined' ? undefined : await storage?.persist?.()
  } catch {
    return undefined
  }
}
