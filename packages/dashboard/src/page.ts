import "./page.css";
import "./element.ts";
import type { BriksyncKeys } from "./element.ts";
import { createAccount } from "./page/account.ts";
import { BrowserTokens } from "./page/browser-tokens.ts";

const tokens = new BrowserTokens();
const element = document.querySelector<BriksyncKeys>("briksync-keys");

if (element !== null) {
  element.addEventListener("briksync-session-over", (event) => {
    const { isRequested } = (event as CustomEvent<{ isRequested: boolean }>).detail;
    // A user who has worked on the page decides when to leave it. A user who just arrived loses nothing.
    if (tokens.hasWorked && !isRequested) return;
    event.preventDefault();
    location.assign(`/login?returnTo=${encodeURIComponent(location.pathname + location.search)}`);
  });
  element.account = createAccount(tokens);
  element.getAccessToken = (options) => tokens.take(options?.refused);
}
