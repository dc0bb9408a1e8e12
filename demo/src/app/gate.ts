/** Something that others wait for, and that somebody says once. */
export type Gate = {
  readonly passed: Promise<void>
  readonly open: () => void
}

export function createGate(): Gate {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return {passed, open: () => open()}
}
