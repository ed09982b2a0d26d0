import { CliError } from "./cli-error.ts";

/** Something that the user may have meant. `value` selects it, and `name` and `details` describe it. */
export interface Candidate {
  readonly value: string;
  readonly name: string;
  readonly details: string;
}

/** A name that selects several keys or companies. At a terminal, the user can choose one of the candidates. */
export class AmbiguousError extends CliError {
  /** The name as it was passed. */
  readonly text: string;
  readonly candidates: readonly Candidate[];

  constructor(
    text: string,
    candidates: readonly Candidate[],
    message: string,
    options: ConstructorParameters<typeof CliError>[2],
  ) {
    super("AMBIGUOUS", message, options);
    this.text = text;
    this.candidates = candidates;
  }
}
