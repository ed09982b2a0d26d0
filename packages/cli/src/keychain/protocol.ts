/** A request to the keychain child process. It is sent over stdin, never as an argument or in the environment. */
export interface KeychainRequest {
  /** `probe` writes the value, reads it and removes it. */
  readonly operation: "read" | "write" | "remove" | "probe";
  readonly service: string;
  readonly account: string;
  /** The text to store, for `write` and `probe`. */
  readonly value?: string;
  /** The maximum length of one entry in this platform's keychain, in UTF-16 units. */
  readonly entryCharactersMax: number;
  /** Prefix of the child's own lines, because libraries and daemons may print to an inherited stdout. */
  readonly marker: string;
}

/**
 * One line of the child's response, after the marker. `connected` means that the keychain responded, so that a longer
 * wait most likely means an unlock dialog.
 */
export type KeychainAnswer =
  | { readonly kind: "connected" }
  | { readonly kind: "done"; readonly value: string | null }
  | { readonly kind: "incomplete" }
  | { readonly kind: "failed"; readonly message: string };

/** The result of an operation. */
export type KeychainResult = Exclude<KeychainAnswer, { readonly kind: "connected" }>;
