/** A possible completion of a word, with its description. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}
