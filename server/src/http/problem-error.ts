import {type Problem, type ProblemCode, problemOf} from 'keepspace/wire'

/** A refusal with everything its answer needs. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(code: ProblemCode, more: Parameters<typeof problemOf>[1] = {}, options?: {cause?: unknown}) {
    const problem = problemOf(code, more)
    super(problem.title, options)
    this.problem = problem
  }
}

/** One answer for what does not exist, was deleted, or belongs to somebody else. */
export function notFound(): ProblemError {
  return new ProblemError('notFound')
}
