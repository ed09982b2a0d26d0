import { formatCount } from "./format.ts";

/** Returns the sentence above a countdown. */
function describeWait(type: string): string {
  return type === "RATE_LIMITED"
    ? "The server received too many requests."
    : "The server is unavailable at the moment. Nothing was changed.";
}

/** All texts of the page that are not from the server. */
export const messages = {
  navigation: "Settings",
  titles: {
    keys: "API Access",
    key: "API key",
    pipelines: "Pipelines",
    audit: "Audit",
    account: "Account",
    device: "Sign in a device",
  },
  loading: "Loading…",
  optional: "(optional)",
  outdated: {
    title: "This part of the page could not be loaded.",
    text: "The server may have been updated, or cannot be reached. Load the page again.",
    action: "Load again",
  },
  retry: "Try again",
  checkAgain: "Check again",
  cancel: "Cancel",
  close: "Close",
  never: "Never",
  waitFor: "Try again in",
  retriesIn: "The page tries again in",
  wait: describeWait,
  unreachable: "The server cannot be reached. Check your connection.",
  unknownOutcome: "The response was lost. This may or may not have taken effect.",
  unexpectedResponse: "The response is not from the API. It may be from a proxy or a login page.",
  accountChanged: "You signed in as another user or switched the company in another tab. This page now shows that one.",
  sessionOver: {
    text: "Your session is over. Sign in again to continue.",
    action: "Sign in again",
  },
  passwordChange: {
    title: "Change your password first",
    text: "Your administrator asks you to choose a new password before you manage keys.",
    action: "Go to Account",
  },
  member: {
    title: "You cannot manage API keys in this company",
    text: "Admins and Super Admins manage API keys. Ask one of them for a key or for the Admin role.",
  },
  plan: {
    title: "Generating and rotating keys needs the BUSINESS plan",
    text: (plan: string): string =>
      `Your company is on the ${plan} plan. You can still rename, restrict and revoke keys. Upgrade in Settings → Billing.`,
  },
  copy: {
    action: "Copy",
    done: "Copied",
    text: "Text",
    clientId: "client ID",
    command: "command",
    copied: (what: string | undefined): string => `Copied${what === undefined ? "" : ` the ${what}`} to the clipboard.`,
    selected: "This browser does not allow copying here. The text is selected. Press Ctrl+C or ⌘C.",
  },
  keys: {
    heading: "API Access",
    intro: "API keys let your integrations call the API. Generate one key for each integration.",
    generate: "Generate New API Key",
    table: "API keys",
    filter: "Filter keys",
    chips: {
      label: "Show only",
      active: "Active",
      revoked: "Revoked",
      unused: "Unused 90 days",
      unrestricted: "Unrestricted",
    },
    columns: {
      name: "Name",
      clientId: "Client ID",
      created: "Created",
      lastUsed: "Last used",
      ips: "IP restrictions",
      status: "Status",
    },
    active: "Active",
    revoked: "Revoked",
    rotating: "Rotating",
    from: "from",
    anyAddress: "Any address",
    noAddress: "No address (all entries expired)",
    empty: "No API keys yet. Generate one for each integration.",
    noMatch: "No key matches.",
    clear: "Clear the filter",
    showMore: "Show more",
    loadingMore: "Loading further keys…",
    shown: (shown: number, all: number): string =>
      shown === all ? formatCount(all, "key", "keys") : `${shown} of ${formatCount(all, "key", "keys")}`,
  },
  generate: {
    title: "Generate New API Key",
    name: "Name",
    nameHint: "Name the integration that uses the key, such as “CRM Integration”.",
    ips: "IP restrictions",
    ipsHint: "One IP address or CIDR range per line. Without an entry, every address can use the key.",
    useMyAddress: "Use my address",
    submit: "Create Key",
    unknown: "This may or may not have taken effect. Check again sends the same request and creates at most one key.",
  },
} as const;
