// What /problems/:code says of a problem type besides its status and title.

export interface Explanation {
  /** Why it came to that, in a sentence or two. */
  explanation: string
  /** What the client does now. */
  whatToDo: string
}
