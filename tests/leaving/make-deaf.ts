/** Runs before anything of the page: who listens to the window first can keep the others from hearing. */
export function makeDeaf(): void {
  for (const type of ['pagehide', 'visibilitychange', 'freeze']) {
    window.addEventListener(type, (event) => event.stopImmediatePropagation(), {capture: true})
  }
}
