import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";

/** Notices of the sign-in page, by the query parameter `auth`. Other values show nothing. */
export const signInNotices = {
  failed: "Sign-in failed. Try again. Open an email link in the browser in which you requested it.",
  denied: "Sign-in was canceled.",
  not_invited: "This account has no invitation, or its email address is not verified. Ask your administrator.",
  second_factor_missing:
    "This account has a second factor, which this page does not support. Sign in with the web application.",
  temporarily_unavailable: "Sign-in is temporarily unavailable. Try again later.",
  too_many_attempts: "Too many attempts. Wait before you try again.",
  email_sent: "If the address belongs to an account, you will receive an email with a link. Open it in this browser.",
  signed_out: "You are signed out.",
} as const;

/** Name of a notice. */
export type SignInNotice = keyof typeof signInNotices;

/** Content of the page: the signed-in user, or how to sign in. */
export interface SignInPage {
  readonly notice: string | null;
  readonly signedIn: { readonly email: string; readonly companyName: string } | null;
  /** Null if browsers cannot sign in to this server. */
  readonly parties: readonly string[] | null;
  readonly returnTo: string;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}
a,button,input{font:inherit}[role=status]{border-left:3px solid;padding-left:.75rem}`;

/** The page loads and runs nothing, cannot be framed, and posts only to this server. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function renderForms(parties: readonly string[], returnTo: string): string {
  const links = parties.map((party) => {
    const query = new URLSearchParams({ provider: party, returnTo });
    return `<p><a href="/api/auth/start?${escapeHtml(query.toString())}">Continue with ${escapeHtml(party)}</a></p>`;
  });
  return `${links.join("\n")}
<form method="post" action="/api/auth/start">
<p><label>Email <input type="email" name="email" required maxlength="320" autocomplete="email"></label></p>
<input type="hidden" name="returnTo" value="${escapeHtml(returnTo)}">
<p><button>Email me a link</button></p>
</form>`;
}

function renderContent({ signedIn, parties, returnTo }: SignInPage): string {
  if (signedIn !== null) {
    return `<p>Signed in as ${escapeHtml(signedIn.email)} at ${escapeHtml(signedIn.companyName)}.</p>
<form method="post" action="/api/auth/signout"><p><button>Sign out</button></p></form>`;
  }
  if (parties === null)
    return "<p>Browser sign-in is not enabled on this server. Sign in with the CLI: <code>briksync login</code></p>";
  return renderForms(parties, returnTo);
}

/** Sends the page. */
export function sendSignInPage(reply: FastifyReply, page: SignInPage): FastifyReply {
  const notice = page.notice === null ? "" : `<p role="status">${escapeHtml(page.notice)}</p>`;
  return reply
    .type("text/html; charset=utf-8")
    .headers({
      "content-security-policy": policy,
      // Hides the page from other origins. With no-referrer, its forms would send `Origin: null`.
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    })
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in · BrikSync</title>
<style>${style}</style>
<h1>BrikSync</h1>
${notice}
${renderContent(page)}
</html>
`);
}
