import 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Which React a project tests with. */
    readonly reactMajor: '18' | '19'
  }
}
