import {Component, type ErrorInfo, type ReactNode} from 'react'

/** What a fallback gets: what was thrown, and how to try again. */
export type Failure = {
  readonly error: unknown
  /** Shows the children again. */
  reset(): void
}

export type BoundaryProps = {
  readonly children?: ReactNode
  /** Shown instead of the children after one of them threw. */
  readonly fallback?: ReactNode | ((failure: Failure) => ReactNode)
  readonly onError?: (error: unknown, info: ErrorInfo) => void
}

type ErrorBoundaryProps = BoundaryProps & {
  /** Says what failed, when there is no `fallback`. */
  readonly title: string
  /** Another value shows the children again: what failed is not shown any more. */
  readonly resetKey?: unknown
  readonly onReset?: () => void
}

type ErrorBoundaryState = {readonly failed: {readonly error: unknown} | undefined}

/** Keeps what a component throws away from its siblings. The state of workspaces is outside React and is not touched. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = {failed: undefined}

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return {failed: {error}}
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    this.props.onError?.(error, info)
  }

  override componentDidUpdate(before: ErrorBoundaryProps): void {
    if (this.state.failed && before.resetKey !== this.props.resetKey) {
      this.setState({failed: undefined})
    }
  }

  override render(): ReactNode {
    const {failed} = this.state
    const {children, fallback, title} = this.props
    if (!failed) {
      return children
    }
    if (typeof fallback === 'function') {
      return fallback({error: failed.error, reset: this.#reset})
    }
    return fallback === undefined ? <DefaultFallback title={title} reset={this.#reset} /> : fallback
  }

  readonly #reset = () => {
    this.props.onReset?.()
    this.setState({failed: undefined})
  }
}

function DefaultFallback({title, reset}: {readonly title: string; reset(): void}): ReactNode {
  return (
    <div role="alert" data-keepspace="failure">
      <p>{title}</p>
      <button type="button" onClick={reset}>
        Try again
      </button>
    </div>
  )
}
