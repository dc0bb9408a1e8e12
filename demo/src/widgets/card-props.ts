/** What every card gets. It reads its state itself, so that a change re-renders one card only. */
export type CardProps = {
  readonly componentId: string
  readonly isReadOnly: boolean
}
