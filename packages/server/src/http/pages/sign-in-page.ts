import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";

/** What the address of the sign-in page may say in `auth`; everything else says nothing. */
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

/** One of those. */
export type SignInNotice = keyof typeof signInNotices;

/** What the page shows: who is signed in, or how to. */
export interface SignInPage {
  readonly notice: string | null;
  readonly signedIn: { readonly email: string; readonly companyName: string } | null;
  /** Null: browsers cannot sign in at this server. */
  readonly parties: readonly string[] | null;
  readonly returnTo: string;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}
a,button,input{font:inherit}[role=status]{border-left:3px solid;padding-left:.75rem}`;

/** Loads nothing, runs nothing, is framed nowhere, and posts to this server only. */
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

/** Answers with the page. */
export function sendSignInPage(reply: FastifyReply, page: SignInPage): FastifyReply {
  const notice = page.notice === null ? "" : `<p role="status">${escapeHtml(page.notice)}</p>`;
  return reply
    .type("text/html; charset=utf-8")
    .headers({
      "content-security-policy": policy,
      // Other origins hear nothing of where a browser was. With no-referrer its forms would come with `Origin: null`.
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
