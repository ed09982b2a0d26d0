/** Texts about new secrets: client secrets of keys, and automation tokens. */
export const secretMessages = {
  reveal: {
    key: {
      title: "Copy your API key now",
      intro: "Store the secret where your integration reads it. After you confirm, it cannot be shown again.",
      secret: "Client secret",
      stored: "I have stored this key",
    },
    token: {
      title: "Copy your automation token now",
      intro: "Store the token where your system reads it. After you confirm, it cannot be shown again.",
      secret: "Token",
      stored: "I have stored this token",
    },
    name: "Name",
    hidden: "Hidden",
    show: "Show",
    hide: "Hide",
    shown: "The secret is visible.",
    concealed: "The secret is hidden.",
    clientId: "Client ID",
    command: "Test it in a terminal",
    commandHint: "The command asks for the secret, so that it is neither in the history nor on the command line.",
    done: "Done",
    doneHint: "Confirm that you have stored it. Then this dialog can close.",
    held: "The dialog stays open so that the secret is not lost. Store it, confirm it, and select Done.",
  },
  unconfirmed: {
    create: "You generated a key but did not confirm that you stored it.",
    rotate: "You rotated a key but did not confirm that you stored its new secret.",
    "create-token": "You created an automation token but did not confirm that you stored it.",
    "rotate-token": "You rotated an automation token but did not confirm that you stored the new one.",
    named: (name: string): string => `Its name is “${name}”.`,
    action: "Show it again",
    dismiss: "I have stored it",
    expired: (what: "key" | "token"): string =>
      `The server no longer has the secret. If you have not stored it, rotate or revoke the ${what}.`,
    gone: (what: "key" | "token"): string =>
      `The secret was replaced or the ${what} was revoked since, so the server cannot show it again.`,
  },
} as const;
