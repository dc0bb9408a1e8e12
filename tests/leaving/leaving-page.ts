/** What the page of the campaign lets its driver do. */
export type LeavingPage = {
  readonly id: string
  /** Whether a page of this id came to the end of everything that it does when it is left. */
  wasThrough(id: string): boolean
  ready(): Promise<void>
  read(): Readonly<Record<string, string>>
  /** Synchronous: nothing of it is saved when it returns. */
  edit(texts: Readonly<Record<string, string>>): void
  unsavedBytes(): {readonly isUnsaved: boolean; readonly edits: number}
}
