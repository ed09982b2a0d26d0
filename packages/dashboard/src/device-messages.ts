/** Texts of the sign-in of a device. */
export const deviceMessages = {
  warning: {
    title: "Did you start this?",
    text:
      "Approve only if you started this sign-in yourself, a moment ago. Never enter a code that someone sent you. " +
      "The device that waits with the code gets your access to the company.",
  },
  code: "Code",
  codeHint: "The device shows it, such as BCDF-GHJK.",
  find: "Continue",
  who: "Who asks to be signed in",
  device: "Device",
  address: "IP address",
  client: "Program",
  since: "Started",
  compare: "Check that the device shows the same code. Only the IP address is verified.",
  company: "Company to work in",
  approve: "Approve",
  deny: "Deny",
  anotherCode: "Enter another code",
  approved: "The device is signed in within a few seconds. You can close this page.",
  denied: "The sign-in is denied. You can close this page.",
} as const;
