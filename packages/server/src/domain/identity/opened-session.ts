/** The result of taking over a provider's session. Only the provider's own user learns why it was refused. */
export type OpenedSession = "opened" | "not-invited" | "second-factor-missing" | "not-a-member";
