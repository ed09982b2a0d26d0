/** How taking over a session ended; what is refused tells nobody but the provider's own user why. */
export type OpenedSession = "opened" | "not-invited" | "second-factor-missing" | "not-a-member";
