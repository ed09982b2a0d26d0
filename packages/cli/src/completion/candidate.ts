/** Something a word can be completed to, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}
