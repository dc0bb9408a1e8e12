/** A promise that somebody resolves later, and what resolves it. */
export function latch(): [promise: Promise<void>, open: () => void] {
  let open: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return [promise, open]
}
