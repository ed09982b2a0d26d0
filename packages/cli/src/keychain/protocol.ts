/** What the keychain child is asked to do. Travels over stdin, never through argv or environment. */
export interface KeychainRequest {
  /** `probe` stores the value, reads it back and removes it again. */
  readonly operation: "read" | "write" | "remove" | "probe";
  readonly service: string;
  readonly account: string;
  /** The text to store; only for `write` and `probe`. */
  readonly value?: string;
  /** How much text one entry of this platform's keychain holds, in UTF-16 units. */
  readonly entryCharactersMax: number;
  /** Marks the child's own lines, since libraries and daemons are known to print to an inherited stdout. */
  readonly marker: string;
}

/**
 * One line of the child's answer, after the marker. `connected` says that the keychain was reached, so that a longer wait
 * from here on is most likely a person who is being asked to unlock it.
 */
export type KeychainAnswer =
  | { readonly kind: "connected" }
  | { readonly kind: "done"; readonly value: string | null }
  | { readonly kind: "incomplete" }
  | { readonly kind: "failed"; readonly message: string };

/** How an operation ended. */
export type KeychainResult = Exclude<KeychainAnswer, { readonly kind: "connected" }>;
